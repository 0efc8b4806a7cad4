import { call, defined, secretsOf, tokenOf, wire } from '../http.ts'
import { accountCalls } from './account.ts'
import type { Ask, Way } from './ask.ts'
import { automaticCalls } from './automatic.ts'
import { mediaCalls } from './media.ts'
import { messageCalls } from './messages.ts'
import { businessLogin } from './oauth.contract.ts'
import { oauthCalls } from './oauth.ts'
import type { Business, BusinessOptions } from './types.ts'
import { webhookCalls } from './webhook.ts'

/**
 * TikTok API for Business, as far as an account's holder goes: OAuth, profile, Business Messaging, automatic messages, webhooks.
 * Throws Refused, Unreachable or Nonsense; none of them ever holds a token or a secret.
 */
export function business(to: BusinessOptions = {}): Business {
  const out = wire(to), base = (to.apiUrl ?? businessLogin.apiUrl).replace(/\/+$/, '')
  const token = () => tokenOf(to.token)
  const id = () => {
    if (!to.businessId) throw new TypeError('This call needs an account: make the client with { businessId }')
    return to.businessId
  }
  const ask: Ask = async (endpoint, { query, body, form, open, secrets = [] }, read) => {
    const bearer = open ? undefined : await token()
    // URLSearchParams turns + / = of ids into %2B %2F %3D; TikTok takes a bare + for a space (business §4.2)
    const search = query ? `?${new URLSearchParams(defined(query) as Record<string, string>).toString()}` : ''
    const headers = { ...(bearer ? { 'access-token': bearer } : {}), ...(body ? { 'content-type': 'application/json' } : {}) }
    return call(out, endpoint, {
      url: base + endpoint.path.slice(businessLogin.apiPrefix.length) + search,
      init: { method: endpoint.method, headers, ...(body ? { body: JSON.stringify(defined(body)) } : form ? { body: form } : {}) }, // fetch writes the multipart boundary itself
      secrets: [...secretsOf(bearer), ...secrets],
    }, read)
  }
  const way: Way = { ask, id, token }
  return {
    oauth: oauthCalls(ask, to.authorizeUrl ?? businessLogin.authorizeUrl),
    ...accountCalls(way),
    ...messageCalls(way),
    ...mediaCalls(way, out, to.mediaHosts ?? []),
    ...automaticCalls(way),
    webhook: webhookCalls(ask),
  }
}
