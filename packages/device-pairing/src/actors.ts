import type { Actor, ActorKind } from '@openclaw/pairing-contracts'
import type { FieldReader } from './fields.ts'

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
export function decodeActor(fields: FieldReader): Actor {
  const kind = fields.oneOf('kind', KINDS)
  switch (kind) {
    case 'root':
      return { kind, user: fields.text('user') }
    case 'library':
      return { kind, name: fields.text('name') }
    case 'owner':
    case 'sender':
      return { kind, ...chatIdentity(fields) }
    case 'operator':
      return { kind, deviceId: fields.text('deviceId'), scopes: fields.list('scopes') }
    case 'page':
      return { kind, session: fields.text('session') }
    case 'device':
      return { kind, deviceId: fields.text('deviceId'), role: fields.text('role') }
    case 'system':
      return { kind, part: fields.text('part') }
  }
}

function chatIdentity(fields: FieldReader) {
  return {
    channel: fields.text('channel'),
    account: fields.text('account'),
    senderId: fields.text('senderId'),
  }
}
