import { nonsense, readObject, refused, type Answer } from '../http.ts'
import { isObject, textOf } from '../json.ts'
import type { JsonObject } from '../types.ts'

/** The v2 envelope { data, error: { code, message, log_id } }. Success is code "ok", whatever the HTTP status says. developers §0 */
export function readEnvelope(answer: Answer): JsonObject {
  const body = readObject(answer)
  const { error, data } = body
  if (typeof error === 'string' && error !== '') throw refused(answer, error, body['error_description'], body['log_id'])
  if (!isObject(error) || typeof error['code'] !== 'string') {
    if (answer.status >= 400 && answer.status < 500) throw refused(answer, `http ${answer.status}`, undefined, undefined)
    throw nonsense(answer, 'no error.code')
  }
  if (error['code'] !== 'ok') throw refused(answer, codeOf(error), error['message'], error['log_id'] ?? error['logid'])
  return isObject(data) ? data : {}
}

/** The status call has been seen to name this code in the message, under the general code. developers §3.6 */
const codeOf = (error: JsonObject): string => (error['code'] === 'invalid_params' && error['message'] === 'invalid_publish_id' ? 'invalid_publish_id' : textOf(error['code']))

/** OAuth's flat body: { error, error_description, log_id } with any HTTP status, 200 included, or the fields themselves. developers §1.5 */
export function readFlat(answer: Answer): JsonObject {
  const body = readObject(answer)
  const { error } = body
  if (typeof error === 'string' && error !== '' && error !== 'ok') throw refused(answer, error, body['error_description'], body['log_id'])
  if (isObject(error) && error['code'] !== 'ok') throw refused(answer, textOf(error['code'], 'unknown'), error['message'], error['log_id'])
  if (answer.status >= 400 && answer.status < 500) throw refused(answer, `http ${answer.status}`, undefined, undefined)
  if (answer.status >= 500) throw nonsense(answer, 'a server error without a code')
  return body
}
