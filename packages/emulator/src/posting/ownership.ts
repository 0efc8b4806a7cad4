import { resolveTxt } from 'node:dns/promises'
import type { Ground } from '../face.ts'
import { isLoopback } from '../login/redirects.ts'
import { WorldError } from '../people.ts'
import type { App, VerifiedProperty } from '../words.ts'

/** URL properties: who may let TikTok pull from where. developers §4.6, §4.7 */

const SITE = 'tiktok-developers-site-verification='
/** The documented test file needs no verification. */
const FREE = 'https://sf16-va.tiktokcdn.com/obj/eden-va2/uvpapzpbxjH-aulauvJ-WV[[/ljhwZthlaukjlkulzlp/3min.mp4'

/** Why TikTok will not pull from this URL; undefined when it will. `code` tells which refusal it is. */
export function refusedUrl(ground: Ground, app: App, given: string): { code: 'invalid_params' | 'url_ownership_unverified'; why: string } | undefined {
  if (given === FREE) return undefined
  if (!URL.canParse(given)) return { code: 'invalid_params', why: `"${given}" is not a URL` }
  const url = new URL(given)
  const local = isLoopback(given) && ground.rules.is('loopback-media', 'on')
  if (url.protocol !== 'https:' && !local) return { code: 'invalid_params', why: `The URL must be https${isLoopback(given) ? '; the rule "loopback-media" lets this machine be used' : ''}` }
  if (!local && (/^\d+(\.\d+){3}$/.test(url.hostname) || url.hostname.startsWith('['))) return { code: 'invalid_params', why: 'The host must be a domain name, not an IP address' }
  if (app.verifiedProperties.some(property => property.state === 'verified' && covers(property, given, url))) return undefined
  return { code: 'url_ownership_unverified', why: `${url.host} is not verified for this app. Verified: ${app.verifiedProperties.filter(p => p.state === 'verified').map(p => p.value).join(', ') || 'nothing'}` }
}

const covers = (property: VerifiedProperty, given: string, url: URL) =>
  property.kind === 'prefix' ? given.startsWith(property.value) : url.hostname === property.value || url.hostname.endsWith(`.${property.value}`) || url.host === property.value

/** Registers a domain or prefix and gives the token to prove it with. */
export function addProperty(ground: Ground, appId: string, { kind, value }: { kind: 'domain' | 'prefix'; value: string }): VerifiedProperty & { file?: string; record?: string } {
  const app = appOf(ground, appId)
  if (kind === 'prefix' && !(URL.canParse(value) && value.endsWith('/') && (value.startsWith('https://') || isLoopback(value)))) throw new WorldError('A URL prefix is https://host/path/ with a slash at its end')
  if (kind === 'domain' && !/^[a-z0-9.-]+(:\d+)?$/.test(value)) throw new WorldError('A domain is a host name such as media.example.com')
  const property: VerifiedProperty = { kind, value, token: ground.ids.word('property', 32), state: 'pending' }
  app.verifiedProperties = [...app.verifiedProperties.filter(p => p.value !== value), property]
  ground.store.shelf('app').put(app)
  return { ...property, ...(kind === 'prefix' ? { file: `${value}tiktok${property.token}.txt` } : { record: SITE + property.token }) }
}

/** Looks for the proof: the text file under the prefix, or the TXT record of the domain. Throws WorldError saying what is missing. */
export async function verifyProperty(ground: Ground, appId: string, value: string): Promise<VerifiedProperty> {
  const app = appOf(ground, appId)
  const property = app.verifiedProperties.find(p => p.value === value)
  if (!property) throw new WorldError(`${value} is not among the app's properties; add it first`)
  const wrong = property.kind === 'prefix' ? await wrongFile(ground, property) : await wrongRecord(property)
  if (wrong) throw new WorldError(wrong)
  property.state = 'verified'
  ground.store.shelf('app').put(app)
  return property
}

async function wrongFile(ground: Ground, { value, token }: VerifiedProperty): Promise<string | undefined> {
  const url = `${value}tiktok${token}.txt`
  if (isLoopback(url) && !ground.rules.is('loopback-media', 'on')) return 'TikTok cannot reach this machine; the rule "loopback-media" lets it'
  try {
    const answer = await ground.fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })
    const body = (await answer.text()).trim()
    if (answer.status !== 200) return `${url} answered ${answer.status}`
    if (!(answer.headers.get('content-type') ?? '').startsWith('text/plain')) return `${url} must be text/plain`
    return body === SITE + token ? undefined : `${url} must hold exactly "${SITE}${token}"`
  } catch (why) {
    return `${url} cannot be fetched: ${String(why)}`
  }
}

async function wrongRecord({ value, token }: VerifiedProperty): Promise<string | undefined> {
  const records = await resolveTxt(value).catch(() => [])
  return records.some(parts => parts.join('') === SITE + token) ? undefined : `The domain ${value} has no TXT record "${SITE}${token}"`
}

function appOf(ground: Ground, appId: string): App {
  const app = ground.store.shelf('app').get(appId)
  if (!app) throw new WorldError(`There is no app ${appId}`)
  return app
}
