import type { Command } from 'commander'
import { command, number, type Desk } from './desk.ts'
import { listen } from './listen.ts'
import type { Told } from './shapes.ts'
import { cut, paint, plain } from './show.ts'

type Following = { json?: boolean; type?: string; after?: number; count?: number }

export function streamCommands(program: Command, desk: Desk): void {
  command(program, 'events', 'everything that happens, as it happens; Ctrl-C ends it').option('--type <start>', 'only types that begin so, such as message. or target.')
    .option('--after <id>', 'begin after this event instead of now', number('--after', 0)).option('--count <n>', 'end after so many', number('--count'))
    .action(async ({ json, type = '', after, count }: Following) => {
      const end = new AbortController()
      let shown = 0
      process.once('SIGINT', () => { end.abort() })
      for await (const frame of listen(desk.house(), { signal: end.signal, ...(after === undefined ? {} : { after }), lost: () => { desk.note('The connection was lost; trying again.') } })) {
        if (frame.is === 'reload') desk.note('More happened than is kept for coming back; going on from now.')
        if (frame.is !== 'event' || !frame.event.type.startsWith(type)) continue
        process.stdout.write(`${json ? JSON.stringify(frame.event) : line(frame.event)}\n`)
        if (++shown === count) break
      }
    })
}

function line(event: Told): string {
  const time = new Date(event.at).toLocaleTimeString('en-GB')
  return `${paint('dim', `${String(event.id).padStart(6)}  ${time}`)}  ${paint('cyan', event.type.padEnd(22))}  ${event.subject.padEnd(18)}  ${plain(event.actor.name)}${gist(event.body)}`
}

/** The few words of a body that a person reads first. */
function gist(body: unknown): string {
  const has = typeof body === 'object' && body !== null ? body as Record<string, unknown> : {}
  const words = ['state', 'text', 'name'].map(name => has[name]).filter(value => typeof value === 'string' && value !== '').map(value => plain(String(value)))
  return words.length === 0 ? '' : paint('dim', `  ${cut(words.join(': '), 80)}`)
}
