/** Respond.io says no: an HTTP status and `{ code, message }` (§9). `why` is for the log. */
export class RioNo extends Error {
  override name = 'RioNo'
  readonly status: number
  readonly why: string
  constructor(status: number, message: string, why: string) { super(message); this.status = status; this.why = why }
}
