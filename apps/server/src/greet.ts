import { baseUrl, needsOwner, ownerLink, seedDemoOwner } from './identity/enter.ts'
import type { House } from './kit/house.ts'

/** What the terminal says once the doors are open: where, and how to get in. The demo is seeded here, at the edge; no verb asks which one it is in. */
export async function greet(house: House): Promise<string[]> {
  const lines = [`Stagedoor (${house.config.mode}) is at ${baseUrl(house)}/`]
  if (house.config.mode === 'demo') {
    const owner = await seedDemoOwner(house)
    lines.push(`Sign in with   ${owner.email}   and   ${owner.password}`)
  } else if (await needsOwner(house)) {
    const link = await ownerLink(house)
    lines.push(`Nobody owns this house yet. Whoever opens this link does; it works once, for a day:`, `  ${link.url}`, `(It is also in ${link.file}.)`)
  }
  return lines
}
