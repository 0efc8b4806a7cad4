import type { World } from './face.ts'
import type { Account, App } from './words.ts'

/** A world to begin with, as in a seed file (YAML or JSON). */
export type Seed = {
  apps?: (Partial<App> & { platform: App['platform'] })[]
  accounts?: (Partial<Account> & { handle: string })[]
  customers?: { handle: string; displayName?: string; region?: string }[]
}

/** What is there when nothing else is said: one app on each platform, three creators, six customers. */
export const defaultSeed: Seed = {
  apps: [
    { platform: 'developers', id: 'aw-demo-stagedoor', name: 'Stagedoor', secret: 'demo-developers-secret', audited: true, activeUserCap: 50, flavour: 'both', redirectUris: ['http://127.0.0.1:*/connect/login/', 'http://localhost:*/connect/login/'] },
    { platform: 'business', id: '7600000000000000001', name: 'Stagedoor', secret: 'demo-business-secret', redirectUris: ['http://127.0.0.1:*/connect/business/', 'http://localhost:*/connect/business/'] },
  ],
  accounts: [
    { handle: 'halia.ceramics', displayName: 'Halia Ceramics', bio: 'Stoneware thrown in Penang. Kiln opens on Fridays.', region: 'MY', isVerified: true, followers: 48_200, likes: 1_204_000 },
    { handle: 'nomad.bikes', displayName: 'Nomad Bikes', bio: 'Steel frames for long roads.', region: 'MX', followers: 12_900, likes: 310_400 },
    { handle: 'lumen.serum', displayName: 'Lumen', bio: 'Skin care, explained.', region: 'ID', private: true, followers: 3_050, likes: 41_000 },
  ],
  customers: [
    { handle: 'rita.almeida', displayName: 'Rita Almeida', region: 'BR' }, { handle: 'kofi_mensah', displayName: 'Kofi Mensah', region: 'GH' },
    { handle: 'yuki.draws', displayName: 'ゆき', region: 'JP' }, { handle: 'ananda.w', displayName: 'Ananda W.', region: 'ID' },
    { handle: 'marisol_', displayName: 'Marisol 🌵', region: 'MX' }, { handle: 'greta.berlin', displayName: 'Greta', region: 'DE' },
  ],
}

export function plant(world: World, seed: Seed) {
  for (const app of seed.apps ?? []) world.addApp(app)
  for (const account of seed.accounts ?? []) world.addAccount(account)
  for (const customer of seed.customers ?? []) world.addCustomer(customer)
}
