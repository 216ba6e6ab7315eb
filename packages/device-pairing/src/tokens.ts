import type { EpochMs, RandomBytes, Sha256 } from '@openclaw/pairing-contracts'
import { encodeBase64Url } from './base64.ts'
import type { TokenRecord } from './collections.ts'
import { isSameSecret } from './constant-time.ts'
import { RandomSourceBroken } from './errors.ts'
import { optional } from './fields.ts'
import { MAX_SECRET, TOKEN_BYTES } from './limits.ts'

/** A token that was just made; the one moment in which its text exists here. */
export interface MintedToken {
  readonly token: string
  readonly hash: string
}

/**
 * Makes a token: 32 random bytes as base64url.
 *
 * @throws {@link RandomSourceBroken} when the source gives another length, or 32 times the same byte
 */
export function mintToken(random: RandomBytes, sha256: Sha256): MintedToken {
  const bytes = random(TOKEN_BYTES)
  if (bytes.length !== TOKEN_BYTES || new Set(bytes).size < 2) throw new RandomSourceBroken()
  const token = encodeBase64Url(bytes)
  return { token, hash: tokenHash(sha256, token) }
}

/** How a token is kept: `sha256:` and the digest. It is random, so a plain hash cannot be turned back. */
export function tokenHash(sha256: Sha256, token: string): string {
  return `sha256:${sha256(token)}`
}

/** Whether a token that was presented is the one of which the hash is kept. */
export function isRightToken(sha256: Sha256, presented: string, hash: string): boolean {
  return presented.length <= MAX_SECRET && isSameSecret(tokenHash(sha256, presented), hash)
}

/** The record of a token that takes the place of `before`. */
export function nextToken(
  before: TokenRecord | undefined,
  hash: string,
  times: { readonly now: EpochMs; readonly handedAt?: EpochMs | undefined },
): TokenRecord {
  return {
    hash,
    createdAt: before?.createdAt ?? times.now,
    ...optional('rotatedAt', before && times.now),
    ...optional('handedAt', times.handedAt),
  }
}
