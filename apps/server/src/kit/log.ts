import { pino, type Logger } from 'pino'
import { redact, redactText } from './redact.ts'

export type Log = Logger

/**
 * One JSON line per happening, or a readable line when a person watches. Tokens, cookies, upload addresses and bodies are hidden
 * whoever logs them, under whatever name.
 */
export function openLog(level: string, out: { write(line: string): unknown; isTTY?: boolean } = process.stdout): Log {
  const destination = out.isTTY === true ? { write: (line: string) => { out.write(pretty(line)) } } : { write: (line: string) => { out.write(line) } }
  return pino({
    level, base: null, timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }), log: fields => redact(fields) as Record<string, unknown> },
    serializers: { err: (value: unknown) => redact(value) },
    hooks: { logMethod(parts, method) { method.apply(this, parts.map(part => typeof part === 'string' ? redactText(part) : part) as typeof parts) } },
  }, destination)
}

const colour: Record<string, string> = { trace: '90', debug: '90', info: '36', warn: '33', error: '31', fatal: '35' }

function pretty(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as { level: string; time: string; msg?: string; err?: { message?: string; stack?: string } }
  const extras = Object.entries(rest).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ')
  const trouble = err === undefined ? '' : `\n  ${err.stack ?? err.message ?? ''}`
  return `\u001b[90m${time.slice(11, 19)}\u001b[0m \u001b[${colour[level] ?? '0'}m${level.padEnd(5)}\u001b[0m ${msg ?? ''}${extras === '' ? '' : ` \u001b[90m${extras}\u001b[0m`}${trouble}\n`
}
