import type { Command } from 'commander'
import { openHouse, type House } from './api.ts'
import { command, type Desk } from './desk.ts'
import { nameOf } from './find.ts'
import { isOpenToOthers, isUnsealed, placeFile, readPlace } from './place.ts'
import type { Account, Me, Token } from './shapes.ts'
import { count, paint, plain } from './show.ts'
import { endings, Trouble } from './trouble.ts'

/** One thing that was looked at. `warn` does not make the doctor end with 1; `next` is what to do about it. */
export type Finding = { what: string; is: 'good' | 'warn' | 'bad'; says: string; next: string | null }
type Env = Record<string, string | undefined>

const DAYS_BEFORE = 14
const good = (what: string, says: string): Finding => ({ what, is: 'good', says, next: null })

export function doctorCommand(program: Command, desk: Desk): void {
  command(program, 'doctor', 'look whether all is well, and say what to do where it is not').action(async ({ json }: { json?: boolean }) => {
    const findings = await examine(desk.env)
    const isWell = findings.every(finding => finding.is !== 'bad')
    const remarks = findings.filter(finding => finding.is === 'warn').length
    const marks = { good: paint('green', '✓'), warn: paint('yellow', '!'), bad: paint('red', '✗') }
    const width = Math.max(...findings.map(finding => finding.what.length))
    const lines = findings.map(({ what, is, says, next }) => `${marks[is]} ${paint('bold', what.padEnd(width))}  ${plain(says)}${next ? `\n  ${' '.repeat(width)}  ${paint('yellow', plain(next))}` : ''}`)
    desk.answer({ data: { ok: isWell, findings }, text: `${lines.join('\n')}\n\n${isWell ? `All is well${remarks > 0 ? `, with ${count(remarks, 'remark')}` : ''}.` : `${count(findings.filter(finding => finding.is === 'bad').length, 'thing')} to mend.`}` }, json ?? false)
    if (!isWell) process.exitCode = endings.refused
  })
}

/** Looks from the outside in: is there a place, does it answer, is it ready, may the token, can the accounts. What hangs on a failure is left out. */
export async function examine(env: Env): Promise<Finding[]> {
  const found: Finding[] = []
  try {
    const place = readPlace(env), house = openHouse(place)
    found.push(isUnsealed(place.url) ? { what: 'Address', is: 'warn', says: `${place.url} is not https: whoever is on the way can read the token.`, next: 'Serve Stagedoor behind a proxy with https, and sign in with that address.' } : good('Address', place.url))
    if (!env['STAGEDOOR_TOKEN'] && isOpenToOthers(env) === true) found.push({ what: 'Token file', is: 'bad', says: `Others on this machine can read ${placeFile(env)}.`, next: 'Run "login" again, which closes it, with a new token.' })
    found.push(await readiness(house))
    const me = await house.get<Me>('/api/v1/me')
    found.push(...await token(house, me), ...await accounts(house))
  } catch (why) {
    if (!(why instanceof Trouble)) throw why
    const what = why.ending === 'unreachable' ? 'Server' : why.code === 'bad_address' ? 'Address' : 'Token'
    if (!found.some(finding => finding.is === 'bad' && finding.what === what)) found.push({ what, is: 'bad', says: `${why.title}.`, next: why.detail })
  }
  return found
}

async function readiness(house: House): Promise<Finding> {
  const answer = await house.raw('GET', '/readyz')
  const said = await answer.json().catch(() => undefined) as { ready?: boolean; why?: string } | undefined
  if (said?.ready === undefined) throw new Trouble('unreachable', 'not_stagedoor', 'What answers here is not Stagedoor', 'Check the address, or the proxy in front of it.')
  return said.ready ? good('Server', 'It answers and is ready.') : { what: 'Server', is: 'bad', says: `It answers, and is not ready: ${said.why ?? 'it does not say why'}.`, next: 'Look at the server’s own log; it tries again by itself.' }
}

async function token(house: House, { viewer, mode, serverTime }: Me): Promise<Finding[]> {
  const missing = ['read', 'send', 'publish'].filter(scope => !viewer.scopes.includes(scope))
  const named = `“${viewer.name}” of ${viewer.email}, ${viewer.role}`
  const found: Finding[] = [missing.length === 0 ? good('Token', `${named}; may ${viewer.scopes.join(', ')}.`) : { what: 'Token', is: 'warn', says: `${named}; may ${viewer.scopes.join(', ')}, and not ${missing.join(', ')}.`, next: `If it should ${missing.join(' and ')}, make a new one under Settings → API tokens; rights of a token do not change.` }]
  const mine = viewer.kind === 'token' ? (await house.list<Token>('/api/v1/tokens')).find(one => String(one.id) === viewer.id) : undefined
  if (mine?.expiresAt) {
    const days = Math.floor((Date.parse(mine.expiresAt) - Date.now()) / 86_400_000)
    if (days < DAYS_BEFORE) found.push({ what: 'Token', is: 'warn', says: `It ends in ${count(days, 'day')}.`, next: 'Make a new one under Settings → API tokens, and "login" with it.' })
  }
  const apart = Math.abs(Date.parse(serverTime) - Date.now())
  if (mode === 'live' && apart > 300_000) found.push({ what: 'Clock', is: 'warn', says: `This machine and the server are ${Math.round(apart / 60_000)} minutes apart.`, next: 'Set both by a time server; TikTok’s signatures are good for five minutes.' })
  return found
}

async function accounts(house: House): Promise<Finding[]> {
  const list = await house.list<Account>('/api/v1/accounts')
  if (list.length === 0) return [{ what: 'Accounts', is: 'warn', says: 'None is connected, or none was given to this token.', next: `Connect one at ${house.url}/accounts.` }]
  return list.flatMap(account => {
    const what = nameOf(account), broken = account.grants.filter(grant => grant.state === 'reconnect')
    const off = account.capabilities.filter(item => item.state === 'no' || item.state === 'limited')
    const found: Finding[] = broken.map(grant => ({ what, is: 'bad', says: `TikTok no longer accepts our permission for ${grant.platform === 'business' ? 'messages' : 'posts'}. ${grant.why ?? ''}`.trim(), next: `Reconnect it at ${house.url}/accounts?connect=${grant.platform}.` }))
    if (account.transport && account.transport.state !== 'working') found.push({ what, is: account.transport.state === 'stopped' ? 'bad' : 'warn', says: `Messages: ${account.transport.state}. ${account.transport.why ?? ''}`.trim(), next: account.transport.state === 'stopped' ? `See ${house.url}/accounts/${account.id}.` : null })
    for (const same of Map.groupBy(off, item => JSON.stringify([item.state, item.why, item.next])).values()) {
      const [{ state, why, next } = { state: '', why: '', next: null }] = same
      found.push({ what, is: 'warn', says: `${same.map(item => item.name).join(', ')}: ${state}. ${why}`, next: next ? `${next.label}: ${new URL(next.href, house.url).href}` : null })
    }
    return found.length > 0 ? found : [good(what, `All it was given works, or waits to be used (${account.capabilities.filter(item => item.state === 'works').length} of ${account.capabilities.length} proven).`)]
  })
}
