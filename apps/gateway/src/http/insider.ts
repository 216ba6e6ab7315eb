import { createHash, timingSafeEqual } from 'node:crypto'
import { hostName, isLoopbackName } from '@openclaw/channel-webchat'
import type { Client } from './client.ts'

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()

/**
 * Whether a request may see figures and reasons: it comes from this machine under a name of this machine (so no
 * web page elsewhere is behind it), or it brings one of `secrets` as bearer.
 */
export function isInsider(
  request: Request,
  client: Client,
  secrets: readonly (string | undefined)[],
): boolean {
  const host = hostName(request.headers.get('host'))
  if (client.isLocal && host !== undefined && isLoopbackName(host)) return true
  const given = /^Bearer (\S{1,1024})$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (given === undefined) return false
  // All are compared, in constant time, so that the time says nothing.
  const matches = secrets.map(
    (secret) => secret !== undefined && timingSafeEqual(digest(secret), digest(given)),
  )
  return matches.includes(true)
}
