import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { AssetView } from '../src/publishing/assets.ts'
import type { PostView, TargetView } from '../src/publishing/views.ts'
import type { Session, TestHouse } from './open-house.ts'

/** One of the small real files in test/media. */
export const mediaPath = (name: string) => join(import.meta.dirname, 'media', name)

/** A file goes up by tus in one request, as a browser would send it; resolves with the asset's id. */
export async function sendFile(stage: TestHouse, bytes: Uint8Array, name: string, as?: Session): Promise<number> {
  const begun = await beginFile(stage, bytes.length, name, as)
  const answer = await stage.request('PATCH', begun, bytes, { headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }, ...(as ? { as } : {}) })
  const id = answer.headers.get('stagedoor-asset')
  if (answer.status !== 204 || id === null) throw new Error(`The file was answered ${answer.status}: ${await answer.text()}`)
  return Number(id)
}

/** Begins an upload; resolves with its path. */
export async function beginFile(stage: TestHouse, bytes: number, name: string, as?: Session): Promise<string> {
  const answer = await begin(stage, bytes, name, as)
  const location = answer.headers.get('location')
  if (answer.status !== 201 || location === null) throw new Error(`The upload was answered ${answer.status}: ${await answer.text()}`)
  return location
}

export const begin = (stage: TestHouse, bytes: number, name: string, as?: Session, headers: Record<string, string> = {}) =>
  stage.request('POST', '/api/v1/uploads', undefined, { headers: { 'tus-resumable': '1.0.0', 'upload-length': String(bytes), 'upload-metadata': `filename ${Buffer.from(name).toString('base64')},filetype ${Buffer.from('video/mp4').toString('base64')}`, ...headers }, ...(as ? { as } : {}) })

/** A small real video, uploaded and found fit. */
export async function readyVideo(stage: TestHouse, name = 'fine.mp4'): Promise<AssetView> {
  const id = await sendFile(stage, await readFile(mediaPath(name)), name)
  await stage.house.jobs.drain()
  return await stage.get<AssetView>(`/api/v1/assets/${id}`)
}

/** A file that lies on this disk becomes an asset without travelling: for large ones. */
export async function adoptVideo(stage: TestHouse, path: string): Promise<number> {
  const { mediaId, bytes } = await stage.house.media.adopt(path, { mime: 'video/mp4', accountId: null })
  const session = await stage.get<{ viewer: { id: string } }>('/api/v1/me')
  const { id } = await stage.house.db.insertInto('asset').values({
    upload_id: randomUUID(), media_id: mediaId, owner_kind: 'person', owner_id: session.viewer.id, owner_name: 'owner', person_id: session.viewer.id, name: 'large.mp4', mime: 'video/mp4', kind: 'video', bytes,
    state: 'ready', created_at: stage.house.clock.now(),
  }).returning('id').executeTakeFirstOrThrow()
  return id
}

export type WishOver = { mode?: 'draft' | 'direct'; caption?: string; privacy?: string | null; accountId: number }
export const publish = (stage: TestHouse, assetId: number, ...targets: WishOver[]): Promise<PostView> =>
  stage.post<PostView>('/api/v1/posts', { assetId, targets: targets.map(target => ({ mode: 'direct', caption: 'from the kiln #ceramics', privacy: target.mode === 'draft' ? null : 'SELF_ONLY', ...target })) })

/** The only target of a post, as it is now. */
export async function targetOf(stage: TestHouse, postId: number): Promise<TargetView> {
  const post = await stage.get<PostView>(`/api/v1/posts/${postId}`)
  const [target] = post.targets
  if (!target) throw new Error('The post has no target.')
  return target
}

/** Waits, by looking, until the target is as wished; time on TikTok's clock passes `stepMs` with each look. */
export async function until(stage: TestHouse, postId: number, fits: (target: TargetView) => boolean, { stepMs = 3000, looks = 400 } = {}): Promise<TargetView> {
  for (let look = 0; look < looks; look++) {
    const target = await targetOf(stage, postId)
    if (fits(target)) return target
    if (stepMs > 0) await stage.tiktok.clock.advance(stepMs)
    await new Promise(later => { setTimeout(later, 25) })
  }
  throw new Error(`The target never came to be as wished: ${JSON.stringify(await targetOf(stage, postId), null, 1)}`)
}
export const isAt = (...states: TargetView['state'][]) => (target: TargetView) => states.includes(target.state)
/** The keys of the last attempt's ledger, in order. */
export const story = (target: TargetView) => target.attempts.at(-1)?.events.map(event => event.key) ?? []
