import { nonsense } from '../http.ts'
import { isObject, numberOf, textOf } from '../json.ts'
import type { JsonValue } from '../types.ts'
import type { Ask } from './ask.ts'
import { display, displayEndpoints } from './display.contract.ts'
import { readEnvelope } from './envelope.ts'
import { login } from './login.contract.ts'
import type { Developers, UserField, Video } from './types.ts'

/** The user fields these scopes allow. One field too many fails the whole call. developers §2 */
export function fieldsFor(scopes: readonly string[]): UserField[] {
  const known: Readonly<Record<string, readonly string[]>> = login.scopes
  return scopes.flatMap(scope => (Object.hasOwn(known, scope) ? known[scope] ?? [] : [])) as UserField[]
}

/** User info and the Display API. developers §2, §10 */
export function displayCalls(ask: Ask): Pick<Developers, 'userInfo' | 'videoList' | 'videoQuery'> {
  return {
    userInfo: ({ fields, scopes = ['user.info.basic'] } = {}) =>
      ask(displayEndpoints.userInfo, { query: { fields: (fields ?? fieldsFor(scopes)).join(',') } }, answer => {
        const { user } = readEnvelope(answer)
        if (!isObject(user)) throw nonsense(answer, 'no user')
        return user
      }),
    videoList: ({ fields = display.videoFields, cursor, maxCount } = {}) =>
      ask(displayEndpoints.videoList, { query: { fields: fields.join(',') }, body: { cursor, max_count: maxCount } }, answer => {
        const page = readEnvelope(answer)
        return { videos: videosIn(page['videos']), cursor: numberOf(page['cursor']), has_more: page['has_more'] === true }
      }),
    videoQuery: (videoIds, fields = display.videoFields) =>
      ask(displayEndpoints.videoQuery, { query: { fields: fields.join(',') }, body: { filters: { video_ids: videoIds } } }, answer => videosIn(readEnvelope(answer)['videos'])),
  }
}

const videosIn = (list: JsonValue | undefined): Video[] => (Array.isArray(list) ? list : []).filter(isObject).map(video => ({ ...video, id: textOf(video['id']) }))
