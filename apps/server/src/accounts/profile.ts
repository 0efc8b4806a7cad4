import type { BusinessProfileField, UserField } from '@stagedoor/tiktok'
import type { House } from '../kit/house.ts'
import { theHouse } from '../kit/actor.ts'
import { tellAccount } from './account-view.ts'
import { accountById, updateProfile, type Profile } from './accounts.ts'
import { businessClient, developersClient, type CallFor } from './clients.ts'
import { businessOf, developersOf } from './door.ts'
import { grantFor } from './grants.ts'
import type { Platform } from './apps.ts'

export type Seen = Profile & { avatarUrl: string | null }
export const PROFILE = 'account.profile'
const DAILY_MS = 86_400_000
const AVATAR_BYTES = 5 * 1024 * 1024
const AVATAR_MS = 15_000
const pictures = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']

/** Who has just consented, asked with the token that was just given. Only fields the granted scopes allow are asked for: one too many fails the call. */
export async function profileWith(house: House, call: CallFor, platform: Platform, token: string, openId: string, scopes: string[]): Promise<Seen> {
  if (platform === 'developers') return readDevelopers(developersClient(house, call, { token: () => Promise.resolve(token) }), scopes)
  return readBusiness(businessClient(house, call, { token: () => Promise.resolve(token), businessId: openId }), scopes)
}

type DevelopersFace = Pick<ReturnType<typeof developersClient>, 'userInfo'>
type BusinessFace = Pick<ReturnType<typeof businessClient>, 'profile'>

async function readDevelopers(client: DevelopersFace, scopes: string[]): Promise<Seen> {
  const fields: UserField[] = ['open_id', 'display_name', 'avatar_url', 'avatar_large_url', ...(scopes.includes('user.info.profile') ? ['username' as const] : [])]
  const user = await client.userInfo({ fields })
  return { handle: user.username ?? null, displayName: user.display_name ?? user.username ?? 'TikTok account', isBusiness: null, avatarUrl: user.avatar_large_url ?? user.avatar_url ?? null }
}

async function readBusiness(client: BusinessFace, scopes: string[]): Promise<Seen> {
  const fields: BusinessProfileField[] = [
    ...(scopes.includes('user.info.basic') ? ['display_name', 'profile_image'] as const : []),
    ...(scopes.includes('user.info.username') ? ['username'] as const : []),
    ...(scopes.includes('user.account.type') ? ['is_business_account'] as const : []),
  ]
  const profile = await client.profile({ fields })
  return {
    handle: profile.username ?? null, displayName: profile.display_name ?? profile.username ?? 'TikTok account',
    isBusiness: profile.is_business_account ?? null, avatarUrl: profile.profile_image ?? null,
  }
}

/** Keeps the picture itself: TikTok's links to it expire. Nothing is said when it cannot be had; the old one stays. */
export async function keepAvatar(house: House, accountId: number, url: string | null): Promise<void> {
  const bytes = url === null ? undefined : await fetchPicture(house, url).catch((why: unknown) => { house.log.debug({ err: why, accountId }, 'an avatar could not be fetched') })
  const before = await accountById(house.db, accountId)
  if (!bytes || !before) return
  const { mediaId } = await house.media.put(bytes.body, { mime: bytes.mime, accountId, maxBytes: AVATAR_BYTES })
  await house.commit(async (trx, tell) => {
    await updateProfile(trx, accountId, { avatarMediaId: mediaId }, house.clock.now())
    await tellAccount(house, trx, tell, { type: 'account.updated', accountId, actor: theHouse })
  })
  if (before.avatar_media_id !== null) await house.media.remove(before.avatar_media_id)
}

async function fetchPicture(house: House, url: string): Promise<{ body: Uint8Array; mime: string } | undefined> {
  const answer = await house.fetch(url, { maxBytes: AVATAR_BYTES, timeoutMs: AVATAR_MS, hops: 3 })
  const mime = answer.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  // Only plain pictures: an SVG served from our own address could run a script.
  if (!answer.ok || !pictures.includes(mime)) { await answer.body?.cancel(); return undefined }
  return { body: new Uint8Array(await answer.arrayBuffer()), mime }
}

/** Once a day: names and pictures change. Runs from a due row and plans the next. */
export async function refreshProfile(house: House, accountId: number): Promise<void> {
  const seen = await look(house, accountId).catch((why: unknown) => { house.log.info({ err: why, accountId }, 'a profile could not be read; tried again tomorrow') })
  await house.commit(async (trx, tell) => {
    const before = await trx.selectFrom('account').selectAll().where('id', '=', accountId).executeTakeFirst()
    if (!before) return
    await house.due.at(trx, PROFILE, String(accountId), new Date(house.clock.now().getTime() + DAILY_MS))
    if (!seen) return
    const after = await updateProfile(trx, accountId, seen, house.clock.now())
    if (after.handle !== before.handle || after.display_name !== before.display_name || after.is_business !== before.is_business) {
      await tellAccount(house, trx, tell, { type: 'account.updated', accountId, actor: theHouse })
    }
  })
  if (seen) await keepAvatar(house, accountId, seen.avatarUrl)
}

/** By every working grant; what one does not tell, the other may. */
async function look(house: House, accountId: number): Promise<Seen | undefined> {
  const seen: Seen[] = []
  for (const platform of ['developers', 'business'] as const) {
    const grant = await grantFor(house.db, accountId, platform)
    if (grant?.state !== 'working') continue
    seen.push(platform === 'developers' ? await readDevelopers(await developersOf(house, accountId), grant.scopes) : await readBusiness(await businessOf(house, accountId), grant.scopes))
  }
  const [first, second] = seen
  return first && { handle: first.handle ?? second?.handle ?? null, displayName: first.displayName, isBusiness: first.isBusiness ?? second?.isBusiness ?? null, avatarUrl: first.avatarUrl ?? second?.avatarUrl ?? null }
}
