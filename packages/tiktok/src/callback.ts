/** What a consent page brings back. Both platforms; developers §1.4, business §2.3 */
export type Callback =
  | { ok: true; code: string; scopes: string[]; state: string | null }
  /** `error` is TikTok's word, or 'no_code' when the address carries neither a code nor an error. */
  | { ok: false; error: string; errorType: string | null; description: string | null; state: string | null; logId: string | null }

export const splitScopes = (scopes: string | null | undefined): string[] => (scopes ?? '').split(/[,\s]+/).filter(scope => scope !== '')

/**
 * Reads the address TikTok sent the browser back to (full, or path and query). The code is decoded exactly once:
 * codes hold `*` and `!`, and decoding them twice or not at all ends in invalid_grant.
 */
export function readCallback(url: string | URL): Callback {
  const query = new URL(url, 'http://localhost').searchParams
  const state = query.get('state')
  const error = query.get('error') ?? query.get('error_code')
  const code = query.get('code') || query.get('auth_code')
  if (error === null && code) return { ok: true, code, scopes: splitScopes(query.get('scopes') ?? query.get('scope')), state }
  return { ok: false, error: error || 'no_code', errorType: query.get('error_type'), description: query.get('error_description'), state, logId: query.get('log_id') }
}
