import { type Ask, type AuthorityCode, decide } from '@openclaw/pairing-authority'
import type { Actor } from '@openclaw/pairing-contracts'
import type { Denied } from './owner-types.ts'
import type { Parts } from './parts.ts'

/** Asks the authority function; `undefined`: allowed. */
export function denied(wish: Ask): Denied | undefined {
  const verdict = decide(wish)
  if (verdict.allowed) return undefined
  const { code, why, fix } = verdict
  return { outcome: 'denied', code, why, fix }
}

/** The same inside a transaction, where an owner may be one no more. */
export function deniedNow({ isOwner }: Pick<Parts, 'isOwner'>, wish: Ask): Denied | undefined {
  const { actor } = wish
  if (actor.kind !== 'owner' || isOwner === undefined) return denied(wish)
  return denied({ ...wish, isStillOwner: isOwner(actor) })
}

/** Whoever may not see the list does not learn either which ids are on it. */
export function deniedLooking(actor: Actor): Denied | undefined {
  return denied({ actor, action: 'device.list' })
}

/** A choice that goes beyond what it is chosen from. */
export function tooWide(what: string): Denied {
  const code: AuthorityCode = 'ERR_DEVICE_GRANT_TOO_WIDE'
  return {
    outcome: 'denied',
    code,
    why: `this is more than there is to grant: ${what}`,
    fix: 'Choose from what was asked for and granted, or let the device ask again for more: openclaw devices list',
  }
}

/** `device.token.self` where a device acts on itself, else the verb for others. */
export function ownOr(
  actor: Actor,
  deviceId: string,
  action: 'device.rotate' | 'device.revoke',
): 'device.token.self' | 'device.rotate' | 'device.revoke' {
  const acts = actor.kind === 'device' || actor.kind === 'operator' ? actor.deviceId : undefined
  return acts === deviceId ? 'device.token.self' : action
}
