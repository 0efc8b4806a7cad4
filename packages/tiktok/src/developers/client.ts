import { call, defined, join, secretsOf, tokenOf, wire } from '../http.ts'
import type { Ask } from './ask.ts'
import { displayCalls } from './display.ts'
import { login } from './login.contract.ts'
import { oauth } from './oauth.ts'
import { postingCalls } from './posting.ts'
import { putChunk } from './put.ts'
import type { Developers, DevelopersOptions } from './types.ts'

/**
 * TikTok for Developers: Login Kit, user info, Display and Content Posting. Nothing is kept between calls but connections.
 * Throws Refused, Unreachable or Nonsense; none of them ever holds a token or an upload URL.
 */
export function developers(to: DevelopersOptions = {}): Developers {
  const way = wire(to), apiUrl = to.apiUrl ?? login.apiUrl
  const ask: Ask = async (endpoint, { query, body }, read) => {
    const token = await tokenOf(to.token)
    const headers = { authorization: `Bearer ${token}`, ...(endpoint.method === 'POST' ? { 'content-type': 'application/json; charset=UTF-8' } : {}) }
    const search = query ? `?${new URLSearchParams(query).toString()}` : ''
    return call(way, endpoint, {
      url: join(apiUrl, endpoint.path) + search,
      init: { method: endpoint.method, headers, ...(endpoint.method === 'POST' ? { body: JSON.stringify(defined(body ?? {})) } : {}) },
      secrets: secretsOf(token),
    }, read)
  }
  return {
    oauth: oauth({ wire: way, apiUrl, authorizeUrl: to.authorizeUrl ?? login.authorizeUrl }),
    ...displayCalls(ask),
    ...postingCalls(ask),
    putChunk: chunk => putChunk(chunk, { hosts: to.uploadHosts ?? [], onCall: way.onCall }),
  }
}
