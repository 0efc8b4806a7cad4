/** The environment as given to the process. */
export type Env = Record<string, string | undefined>

/** Reads single settings and gathers what is wrong with them, so that a person hears everything at once. */
export type Reader = ReturnType<typeof complaints>

export function complaints(env: Env) {
  const found: string[] = []
  const complain = (sentence: string) => { found.push(sentence) }
  const text = (name: string): string | null => env[name]?.trim() || null
  return {
    found, complain, text,
    port(name: string, otherwise: number): number {
      const said = text(name)
      if (said === null) return otherwise
      if (!/^\d+$/.test(said) || Number(said) > 65_535) complain(`${name} is "${said}", which is not a port number between 0 and 65535`)
      return Number(said)
    },
    oneOf<T extends string>(name: string, words: readonly T[], otherwise: T): T {
      const said = text(name)
      const word = words.find(item => item === said)
      if (said !== null && word === undefined) complain(`${name} is "${said}", but may only be ${words.join(', ')}`)
      return word ?? otherwise
    },
    url(name: string): string | null {
      const said = text(name)
      if (said === null) return null
      if (!URL.canParse(said) || !/^https?:$/.test(new URL(said).protocol)) { complain(`${name} is "${said}", which is not an http or https address`); return null }
      return new URL(said).pathname === '/' ? said.replace(/\/$/, '') : said
    },
    /** Both or neither. */
    pair(first: string, second: string): [string, string] | null {
      const one = text(first)
      const two = text(second)
      if (one !== null && two !== null) return [one, two]
      if (one !== null) complain(`${first} is set, so ${second} is needed too`)
      if (two !== null) complain(`${second} is set, so ${first} is needed too`)
      return null
    },
    /** A secret of at least so many characters; it is never repeated in the complaint. */
    long(name: string, least: number): string | null {
      const said = text(name)
      if (said !== null && said.length < least) complain(`${name} has ${said.length} characters and needs at least ${least}: make one with "openssl rand -base64 32"`)
      return said
    },
    /** 500MB, 20GB, 1TiB or plain bytes. */
    bytes(name: string): number | null {
      const said = text(name)
      if (said === null) return null
      const parts = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?$/i.exec(said)
      if (!parts) { complain(`${name} is "${said}", which is not a size such as 20GB`); return null }
      const power = ['', 'k', 'm', 'g', 't'].indexOf((parts[2] ?? '').toLowerCase())
      return Math.floor(Number(parts[1]) * (parts[3] ? 1024 : 1000) ** power)
    },
  }
}
