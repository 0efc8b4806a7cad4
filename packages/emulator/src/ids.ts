import { createHash } from 'node:crypto'

/** Ids that look like TikTok's and are the same for the same seed and the same order of events. `next` counts per kind and remembers in the world. */
export type Ids = {
  /** Raw bytes, any length up to 64. */
  bytes(kind: string, length: number): Buffer
  /** 19 digits as text; the upper half is the second it was made in, as TikTok's own. Compared, never computed with. */
  snowflake(kind: string): string
  uuid(kind: string): string
  /** 34 characters: YYYYMMDDhhmmss and 20 upper-case hex digits. */
  logId(): string
  /** URL-safe base64 without padding. */
  word(kind: string, length: number): string
  /** A number in [0, 1). */
  chance(kind: string): number
}

/** @param next counts up per kind. @param now emulator time in ms. */
export function makeIds(seed: number, next: (kind: string) => number, now: () => number): Ids {
  const bytes = (kind: string, length: number) =>
    createHash('sha512').update(`${seed}:${kind}:${next(kind)}`).digest().subarray(0, length)
  return {
    bytes,
    snowflake: kind => ((BigInt(Math.floor(now() / 1000)) << 32n) | BigInt(bytes(kind, 4).readUInt32BE())).toString(),
    uuid: kind => {
      const hex = bytes(kind, 16).toString('hex')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
    },
    logId: () => new Date(now()).toISOString().replace(/\D/g, '').slice(0, 14) + bytes('log', 10).toString('hex').toUpperCase(),
    word: (kind, length) => {
      let text = ''
      while (text.length < length) text += bytes(kind, 64).toString('base64url')
      return text.slice(0, length)
    },
    chance: kind => bytes(kind, 4).readUInt32BE() / 2 ** 32,
  }
}
