import { createInterface } from 'node:readline/promises'
import { text as readAll } from 'node:stream/consumers'
import { Writable } from 'node:stream'
import type { Command } from 'commander'
import { openHouse } from './api.ts'
import { command, type Desk } from './desk.ts'
import { DEFAULT_URL, forgetPlace, isUnsealed, keepPlace, originOf } from './place.ts'
import type { Me } from './shapes.ts'
import { paint } from './show.ts'
import { Trouble } from './trouble.ts'

export function signInCommands(program: Command, desk: Desk): void {
  command(program, 'login [address]', 'keep an address and an API token for this user of this machine').action(async (address: string | undefined, { json }: { json?: boolean }) => {
    const url = originOf(address ?? desk.env['STAGEDOOR_URL'] ?? (process.stdin.isTTY ? await ask(`Address of Stagedoor [${DEFAULT_URL}]: `, false) || DEFAULT_URL : DEFAULT_URL))
    if (isUnsealed(url)) desk.note(`${url} is not https: whoever is on the way can read the token.`)
    if (process.stdin.isTTY && !desk.env['STAGEDOOR_TOKEN']) desk.note(`Make a token at ${url}/settings/tokens and paste it here. It is not shown.`)
    const token = (desk.env['STAGEDOOR_TOKEN'] ?? (process.stdin.isTTY ? await ask('API token: ', true) : await readAll(process.stdin))).trim()
    if (token === '') throw new Trouble('usage', 'no_token', 'There is no token', 'Type it at the question, pipe it in, or set STAGEDOOR_TOKEN. As an argument it would stay in your shell’s history. Nothing was kept.')
    const me = await openHouse({ url, token }).get<Me>('/api/v1/me')
    const file = keepPlace(desk.env, { url, token })
    desk.answer({ data: { url, file, ...me.viewer }, text: `Signed in to ${url} as ${who(me)}. Kept in ${file}, for you alone to read.` }, json ?? false)
  })

  command(program, 'logout', 'forget the address and the token').action(({ json }: { json?: boolean }) => {
    const had = forgetPlace(desk.env)
    desk.answer({ data: { had }, text: had ? 'Forgotten here. The token itself still works; revoke it in Stagedoor if you no longer need it.' : 'Nothing was kept here.' }, json ?? false)
  })

  command(program, 'whoami', 'who asks, and where').action(async ({ json }: { json?: boolean }) => {
    const me = await desk.house().get<Me>('/api/v1/me')
    desk.answer({ data: { url: desk.house().url, ...me }, text: `${who(me)}\n${desk.house().url} (${me.mode})` }, json ?? false)
  })
}

const who = ({ viewer }: Me) => `${paint('bold', viewer.kind === 'token' ? `token “${viewer.name}”` : viewer.name)} of ${viewer.email} (${viewer.role}; may ${viewer.scopes.join(', ')})`

async function ask(question: string, hidden: boolean): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write(_piece, _encoding, done) { done() } })
  const line = createInterface({ input: process.stdin, output: hidden ? nowhere : process.stderr, terminal: true })
  line.on('SIGINT', () => { process.exit(130) })
  try { return (await line.question('')).trim() } finally { line.close(); if (hidden) process.stderr.write('\n') }
}
