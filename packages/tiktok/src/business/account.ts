import { splitScopes } from '../callback.ts'
import { nonsense, secretsOf } from '../http.ts'
import { isObject, numberOf, textOf } from '../json.ts'
import { account, accountEndpoints } from './account.contract.ts'
import type { Way } from './ask.ts'
import { readBusiness } from './envelope.ts'
import { businessLoginEndpoints } from './oauth.contract.ts'
import type { Business } from './types.ts'

/** Who the token belongs to, the account's profile, its own posts. business §2.7, §3 */
export function accountCalls({ ask, id, token }: Way): Pick<Business, 'tokenInfo' | 'profile' | 'videoList'> {
  return {
    tokenInfo: async (app, accessToken) => {
      const asked = accessToken ?? await token()
      return ask(businessLoginEndpoints.tokenInfo, { body: { app_id: app.clientKey, access_token: asked }, open: true, secrets: secretsOf(asked) }, answer => {
        const { app_id, creator_id, scope } = readBusiness(answer)
        if (typeof creator_id !== 'string') throw nonsense(answer, 'no creator_id')
        return { appId: textOf(app_id), creatorId: creator_id, scopes: Array.isArray(scope) ? scope.map(one => textOf(one)) : splitScopes(typeof scope === 'string' ? scope : '') }
      })
    },
    profile: async ({ fields, startDate, endDate } = {}) => ask(accountEndpoints.profile, {
      query: { business_id: id(), fields: fields && JSON.stringify(fields), start_date: startDate, end_date: endDate },
    }, readBusiness),
    videoList: async ({ fields = account.videoFields, cursor, maxCount } = {}) => ask(accountEndpoints.videoList, {
      query: { business_id: id(), fields: JSON.stringify(fields), cursor, max_count: maxCount },
    }, answer => {
      const page = readBusiness(answer)
      const videos = (Array.isArray(page['videos']) ? page['videos'] : []).filter(isObject)
      return { videos: videos.map(video => ({ ...video, item_id: textOf(video['item_id']) })), cursor: numberOf(page['cursor']), has_more: page['has_more'] === true }
    }),
  }
}
