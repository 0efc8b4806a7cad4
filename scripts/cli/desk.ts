import { resolve } from 'node:path'
import type { Command } from 'commander'
import { openHouse, type House } from './api.ts'
import { noBar, startBar, type Bar } from './bar.ts'
import { readPlace } from './place.ts'
import { paint } from './show.ts'
import { endings, Trouble } from './trouble.ts'

type Env = Record<string, string | undefined>
export type Answer = { data: unknown; text: string; trouble?: Trouble | undefined }

/** What every command stands on: the environment, the house it talks to, and one way to answer, to people or (`--json`) to programs. */
export function openDesk(env: Env) {
  let known: House | undefined
  return {
    env,
    house: () => known ??= openHouse(readPlace(env)),
    /** npm moves into the clone before it runs a script; files are named from where the person is. */
    path: (name: string) => resolve(env['npm_lifecycle_event'] === 'cli' && env['INIT_CWD'] ? env['INIT_CWD'] : process.cwd(), name),
    bar: (json: boolean, title: string, total: number): Bar => json ? noBar : startBar(title, total),
    note: (text: string) => { process.stderr.write(`${process.stderr.isTTY ? '\r\u001B[2K' : ''}${paint('dim', text, process.stderr)}\n`) },
    answer({ data, text, trouble }: Answer, json: boolean) {
      if (json) process.stdout.write(`${JSON.stringify(data, null, 2)}\n`)
      else if (text !== '') process.stdout.write(`${text}\n`)
      if (trouble) complain(trouble, json)
    },
  }
}
export type Desk = ReturnType<typeof openDesk>

/** Says why it ended badly and sets the exit code; the process ends by itself. */
export function complain(why: unknown, json: boolean): void {
  const trouble = why instanceof Trouble ? why : new Trouble('refused', 'unexpected', 'Something unexpected happened', why instanceof Error ? why.stack ?? why.message : String(why))
  process.exitCode = endings[trouble.ending]
  if (json) process.stderr.write(`${JSON.stringify({ error: trouble })}\n`)
  else process.stderr.write(`${paint('red', trouble.title, process.stderr)}. ${trouble.detail} ${paint('dim', `(${trouble.code})`, process.stderr)}\n`)
}

/** A command with the option every command has. */
export const command = (program: Command, usage: string, says: string) => program.command(usage).description(says).option('--json', 'answer with JSON')

export function number(name: string, least = 1, most = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const n = Number(text)
    if (text.trim() === '' || Number.isNaN(n) || n < least || n > most) throw new Trouble('usage', 'bad_number', `${name} is not usable`, `"${text}" must be a number from ${least}${most === Number.MAX_SAFE_INTEGER ? ' up' : ` to ${most}`}. Nothing was done.`)
    return n
  }
}

/** start.mjs holds the other end of a channel: when it is killed, so is what it started. The channel itself keeps nothing running. */
export function endWithStarter(): void {
  process.once('disconnect', () => { process.exit(1) })
  process.channel?.unref()
}
