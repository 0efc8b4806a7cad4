/** TikTok says no: HTTP 200 with a code (6.1). `why` is for the person at the screens: which rule, in plain words. */
export class No extends Error {
  override name = 'No'
  readonly code: number
  readonly why: string
  readonly rule: string
  constructor(code: number, message: string, why: string, rule: string) { super(message); this.code = code; this.why = why; this.rule = rule }
}

/** The gateway never reached the API: a plain HTTP status with text (6.1). */
export class HttpNo extends Error {
  override name = 'HttpNo'
  readonly status: number
  readonly why: string
  constructor(status: number, text: string, why: string) { super(text); this.status = status; this.why = why }
}

export const missing = (...fields: string[]): No =>
  new No(40002, `Missing required field(s): ${fields.join(', ')}.`, `The call needs ${fields.join(' and ')}.`, 'G21 required parameters')
export const invalid = (field: string, why: string, rule = 'G22 parameter rules'): No =>
  new No(40002, `Param ${field} is invalid.`, why, rule)
export const notThere = (what: string, why: string): No => new No(40007, `${what} does not exist.`, why, 'G21 unknown objects')
export const noPermission = (message: string, why: string, rule = 'G20 permissions'): No => new No(40001, message, why, rule)
export const closedByRules = (why: string, rule: string): No => new No(40064, 'You are sending messages too fast. Take a rest.', why, rule)
