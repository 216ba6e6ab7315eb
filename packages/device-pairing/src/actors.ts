import type { Actor, ActorKind } from '@openclaw/pairing-contracts'
import { type Fields, listIn, oneOfIn, textIn } from './fields.ts'

/** Another program changed the files. */
export const OUTSIDE: Actor = { kind: 'system', part: 'outside' }

/** Time ran out. */
export const EXPIRY: Actor = { kind: 'system', part: 'expiry' }

/** The list was full, and one of an address that had none was to be seen as well. */
export const FULL_LIST: Actor = { kind: 'system', part: 'full-list' }

/** Writes what was counted, removes what is over. */
export const HOUSEKEEPING: Actor = { kind: 'system', part: 'housekeeping' }

/** The owner's standing order to approve nodes of this machine. */
export const LOCAL_APPROVAL: Actor = { kind: 'system', part: 'local-approval' }

/** A device that acts for itself. */
export function deviceActor(deviceId: string, role: string): Actor {
  return { kind: 'device', deviceId, role }
}

const KINDS: readonly ActorKind[] = [
  'root',
  'library',
  'owner',
  'operator',
  'page',
  'sender',
  'device',
  'system',
]

/** True for what another program did. */
export function isOutside(actor: Actor): boolean {
  return actor.kind === 'system' && actor.part === 'outside'
}

/** True for whoever holds the store and sees what they decide about: nobody has to give a digest back to themselves. */
export function isAtStore(actor: Actor): boolean {
  return actor.kind === 'root' || actor.kind === 'library'
}

/** Reads an actor as a record keeps it. */
export function decodeActor(fields: Fields): Actor {
  const kind = oneOfIn(fields, 'kind', KINDS)
  switch (kind) {
    case 'root':
      return { kind, user: textIn(fields, 'user') }
    case 'library':
      return { kind, name: textIn(fields, 'name') }
    case 'owner':
    case 'sender':
      return { kind, ...chatIdentity(fields) }
    case 'operator':
      return { kind, deviceId: textIn(fields, 'deviceId'), scopes: listIn(fields, 'scopes') }
    case 'page':
      return { kind, session: textIn(fields, 'session') }
    case 'device':
      return { kind, deviceId: textIn(fields, 'deviceId'), role: textIn(fields, 'role') }
    case 'system':
      return { kind, part: textIn(fields, 'part') }
  }
}

function chatIdentity(fields: Fields) {
  return {
    channel: textIn(fields, 'channel'),
    account: textIn(fields, 'account'),
    senderId: textIn(fields, 'senderId'),
  }
}
