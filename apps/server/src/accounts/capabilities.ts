import { errors } from '@stagedoor/tiktok'
import type { GrantState } from './grants.ts'

export type CapabilityName = 'profile' | 'drafts' | 'direct post' | 'statistics' | 'read messages' | 'send messages'
export type Capability = {
  name: CapabilityName
  /** `unproven`: permitted, but no call has shown it yet (law 10). */
  state: 'works' | 'limited' | 'no' | 'unproven'
  why: string
  proof: { at: string; what: string } | null
  next: { label: string; href: string } | null
}
export type Platform = 'developers' | 'business'
export type Held = { platform: Platform; state: GrantState; scopes: string[] }
/** The newest answered call per path, out of the call journal. */
export type Proof = { path: string; at: Date; outcome: 'ok' | 'refused'; code: string | null }

type Need = { name: CapabilityName; platforms: { platform: Platform; scope: string; paths: string[] }[]; verb: string }

/** What each capability needs and which calls prove it. developers §1.9; business §1.2 (which scope guards which call is a safe reading there). */
const needs: Need[] = [
  { name: 'profile', verb: 'reads the profile', platforms: [
    { platform: 'developers', scope: 'user.info.basic', paths: ['/v2/user/info/'] },
    { platform: 'business', scope: 'user.info.basic', paths: ['/business/get/'] }] },
  { name: 'drafts', verb: 'puts drafts into the inbox of the TikTok app', platforms: [
    { platform: 'developers', scope: 'video.upload', paths: ['/v2/post/publish/inbox/video/init/'] }] },
  { name: 'direct post', verb: 'publishes directly', platforms: [
    { platform: 'developers', scope: 'video.publish', paths: ['/v2/post/publish/video/init/', '/v2/post/publish/content/init/'] }] },
  { name: 'statistics', verb: 'reads posts and their numbers', platforms: [
    { platform: 'developers', scope: 'video.list', paths: ['/v2/video/list/', '/v2/video/query/'] }] },
  { name: 'read messages', verb: 'reads messages', platforms: [
    { platform: 'business', scope: 'message.list.read', paths: ['/business/message/content/list/', '/business/message/conversation/list/'] }] },
  { name: 'send messages', verb: 'sends messages', platforms: [
    { platform: 'business', scope: 'message.list.send', paths: ['/business/message/send/'] }] },
]

/** Every path a proof can come from. */
export const provingPaths = needs.flatMap(need => need.platforms.flatMap(way => way.paths))

/** What an account can do: granted by the person, and shown by a call that worked. Never more than that. */
export const capabilitiesOf = (held: Held[], proofs: Proof[]): Capability[] => needs.map(need => best(need.platforms.map(way => judge(need, way, held, proofs))))

type Way = Need['platforms'][number]

function judge(need: Need, way: Way, held: Held[], proofs: Proof[]): Capability {
  const grants = held.filter(grant => grant.platform === way.platform && grant.state !== 'removed')
  const label = way.platform === 'developers' ? 'Connect for publishing' : 'Connect for messages'
  const connect = { label, href: `/accounts?connect=${way.platform}` }
  if (grants.length === 0) return { name: need.name, state: 'no', why: 'Not connected for this.', proof: null, next: connect }
  const working = grants.filter(grant => grant.state === 'working')
  if (working.length === 0) return { name: need.name, state: 'no', why: 'TikTok no longer accepts our permission.', proof: null, next: { ...connect, label: 'Reconnect' } }
  if (!working.some(grant => grant.scopes.includes(way.scope))) {
    return { name: need.name, state: 'no', why: `The permission "${way.scope}" was not given.`, proof: null, next: { ...connect, label: 'Ask for it' } }
  }
  return shown(need, newest(proofs.filter(proof => way.paths.some(path => proof.path.endsWith(path)))))
}

function shown(need: Need, proof: Proof | undefined): Capability {
  if (!proof) return { name: need.name, state: 'unproven', why: 'Permitted, and not used yet.', proof: null, next: null }
  const at = proof.at.toISOString()
  if (proof.outcome === 'ok') return { name: need.name, state: 'works', why: `It ${need.verb}.`, proof: { at, what: proof.path }, next: null }
  const page = proof.code === null ? undefined : errors[proof.code]
  return { name: need.name, state: 'limited', why: page ? `${page.what} ${page.todo}` : `TikTok refused with ${proof.code ?? 'no code'}.`, proof: { at, what: `${proof.path} refused: ${proof.code ?? 'no code'}` }, next: null }
}

/** Refusals that stay until somebody changes the app or the account; the others are about one message, file or moment. */
const lasting: ReadonlySet<string> = new Set(['fix the set-up', 'ask for permission', 'ask the creator', 'reconnect'])
export const disprovingCodes = Object.values(errors).filter(page => page.kind === 'api' && (page.side === 'your app' || page.side === 'the account') && lasting.has(page.next)).map(page => page.code)
const disproves = (code: string | null) => code !== null && disprovingCodes.includes(code)

const newest = (proofs: Proof[]) => proofs.filter(proof => proof.outcome === 'ok' || disproves(proof.code)).sort((a, b) => b.at.getTime() - a.at.getTime())[0]

const order = ['works', 'limited', 'unproven', 'no']
const best = (ways: Capability[]) => ways.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0] as Capability
