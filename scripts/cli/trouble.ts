/** What a command ends with. Shown by `--help`; scripts may rely on it. */
export const endings = { done: 0, refused: 1, usage: 2, 'may not': 3, unreachable: 4, 'not sure': 5 } as const
export type Ending = keyof typeof endings

/** Why a command ends badly: what happened, whether anything was done, the next step; `code` is the API's own where there is one. */
export class Trouble extends Error {
  override name = 'Trouble'
  ending: Ending
  code: string
  title: string
  detail: string
  /** Each complaint with its place, when the house said more than one thing. */
  errors: { path: string; sentence: string }[]
  constructor(ending: Ending, code: string, title: string, detail: string, errors: { path: string; sentence: string }[] = []) {
    super(`${title}. ${detail}`)
    this.ending = ending
    this.code = code
    this.title = title
    this.detail = detail
    this.errors = errors
  }
  toJSON() {
    return { code: this.code, title: this.title, detail: this.detail, exit: endings[this.ending], ...(this.errors.length > 0 ? { errors: this.errors } : {}) }
  }
}

type Said = { code?: string; title?: string; detail?: string; errors?: { path?: string; sentence?: string; message?: string }[] }

/** A problem (RFC 9457) of the house as trouble. 401 and 403 are about who asks; everything else that is answered is a refusal. */
export function troubleOf(status: number, said: Said): Trouble {
  const errors = (said.errors ?? []).map(error => ({ path: error.path ?? '', sentence: error.sentence ?? error.message ?? '' }))
  const ending = status === 401 || status === 403 ? 'may not' : status === 502 || status === 503 || status === 504 ? 'unreachable' : 'refused'
  return new Trouble(ending, said.code ?? `http_${status}`, said.title ?? `The server answered ${status}`, said.detail ?? 'It said no more than that.', errors)
}
