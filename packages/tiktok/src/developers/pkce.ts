import { createHash, randomBytes } from 'node:crypto'

/** A fresh PKCE verifier: 64 characters of the allowed alphabet, 384 random bits. */
export const makeVerifier = (): string => randomBytes(48).toString('base64url')

/** TikTok's challenge: the SHA-256 of the verifier in lowercase hex, not in base64url as RFC 7636 has it. Throws RangeError for a verifier TikTok would refuse. developers §1.3 */
export function challengeOf(verifier: string): string {
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) throw new RangeError('A PKCE verifier has 43 to 128 characters of A-Z a-z 0-9 - . _ ~')
  return createHash('sha256').update(verifier, 'ascii').digest('hex')
}
