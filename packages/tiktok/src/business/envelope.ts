import { nonsense, readObject, refused, type Answer } from '../http.ts'
import { isObject } from '../json.ts'
import type { JsonObject } from '../types.ts'

/** The Business envelope { code, message, request_id, data }: HTTP 200 even on failure, success is code 0 (20001: partly, with details). business §6.1 */
export function readBusiness(answer: Answer): JsonObject {
  const body = readObject(answer)
  const { code, message, request_id, data } = body
  if (typeof code !== 'number') {
    if (answer.status >= 400 && answer.status < 500) throw refused(answer, `http ${answer.status}`, undefined, undefined)
    throw nonsense(answer, 'no code')
  }
  if (code !== 0 && code !== 20001) throw refused(answer, code, message, request_id)
  return isObject(data) ? data : {}
}
