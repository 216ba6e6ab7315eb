import { createHash, timingSafeEqual } from 'node:crypto'
import { hostName, isLoopbackName } from '@openclaw/channel-webchat'
import type { Client } from './client.ts'
import type { Guesses } from './guesses.ts'

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()

/** What opens figures and reasons: secrets, and who guessed wrong before. */
export interface Door {
  readonly secrets: readonly (string | undefined)[]
  readonly guesses: Guesses
  /** Told when somebody has guessed too often. */
  readonly onLocked: (client: Client) => void
}

/** Ms to wait for `slowed`; `by`: what opened the door. */
export type Entry =
  | { readonly entry: 'outsider' }
  | { readonly entry: 'insider'; readonly by: 'secret' | 'machine' }
  | { readonly entry: 'slowed'; readonly waitMs: number }

/**
 * Whether a request may see figures and reasons: it comes from this machine under a name of this machine (so no
 * web page elsewhere is behind it), or it brings one of the secrets as bearer. Wrong secrets are counted per customer.
 */
export function entryOf(request: Request, client: Client, door: Door): Entry {
  const given = /^Bearer (\S{1,1024})$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (given === undefined)
    return isHere(request, client) ? { entry: 'insider', by: 'machine' } : { entry: 'outsider' }
  const waitMs = door.guesses.waitOf(client.key)
  if (waitMs > 0) return { entry: 'slowed', waitMs }
  if (isSecret(given, door.secrets)) return { entry: 'insider', by: 'secret' }
  if (door.guesses.wrong(client.key)) door.onLocked(client)
  return { entry: 'outsider' }
}

function isHere(request: Request, client: Client): boolean {
  const host = hostName(request.headers.get('host'))
  return client.isLocal && host !== undefined && isLoopbackName(host)
}

/** All are compared, in constant time, so that the time says nothing. */
function isSecret(given: string, secrets: readonly (string | undefined)[]): boolean {
  const matches = secrets.map(
    (secret) => secret !== undefined && timingSafeEqual(digest(secret), digest(given)),
  )
  return matches.includes(true)
}
