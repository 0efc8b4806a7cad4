import type { Ground } from '../face.ts'

/** HTTP 200, whatever the code says (6.1). */
export function envelope(ground: Ground, code: number, message: string, data: unknown = {}): Response {
  const requestId = ground.ids.logId()
  return Response.json({ code, message, request_id: requestId, data }, {
    headers: { 'x-tt-logid': requestId, 'x-tt-trace-host': '01', 'x-tt-trace-id': `00-${requestId.slice(-16).toLowerCase()}-01` },
  })
}
export const ok = (ground: Ground, data: unknown): Response => envelope(ground, 0, 'OK', data)
