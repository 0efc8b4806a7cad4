import { HTTPException } from 'hono/http-exception'

export type ProblemStatus = 400 | 401 | 402 | 403 | 404 | 405 | 408 | 409 | 410 | 411 | 412 | 413 | 415 | 416 | 422 | 423 | 425 | 429 | 500 | 501 | 502 | 503 | 504 | 507

/** An answer by RFC 9457. `code` is stable and for machines; `title` and `detail` say what happened, whether anything was done, and the next step. */
export class Problem extends HTTPException {
  code: string
  title: string
  detail: string
  extra: Record<string, unknown>
  constructor(status: ProblemStatus, code: string, title: string, detail: string, extra: Record<string, unknown> = {}) {
    super(status, { message: `${title}: ${detail}` })
    this.code = code
    this.title = title
    this.detail = detail
    this.extra = extra
  }
  toJSON() {
    return { type: `/docs/errors#${this.code}`, title: this.title, status: this.status, code: this.code, detail: this.detail, ...this.extra }
  }
  override getResponse(): Response {
    return Response.json(this.toJSON(), { status: this.status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } })
  }
}

/** Ends the request, or the verb, with a problem. */
export function problem(status: ProblemStatus, code: string, title: string, detail: string, extra?: Record<string, unknown>): never {
  throw new Problem(status, code, title, detail, extra)
}
