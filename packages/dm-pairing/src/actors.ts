import type { Actor, Json } from '@openclaw/pairing-contracts'
import { compact, type FieldReader } from './fields.ts'

/** Another program changed the files. */
export const OUTSIDE: Actor = { kind: 'system', part: 'outside' }

/** Time ran out. */
export const EXPIRY: Actor = { kind: 'system', part: 'expiry' }

/** Writes what was counted, removes what is over. */
export const HOUSEKEEPING: Actor = { kind: 'system', part: 'housekeeping' }

/** Tells people that they were approved. */
export const NOTICES: Actor = { kind: 'system', part: 'notices' }

/** Learns from the platform's events which ids are one person's. */
export const ALIAS_EVIDENCE: Actor = { kind: 'system', part: 'aliases' }

/** Ends what rests on an id that the platform gave to somebody else. */
export const PASSED_ON: Extract<Actor, { kind: 'system' }> = {
  kind: 'system',
  part: 'passed-on',
}

const KINDS = [
  'root',
  'library',
  'owner',
  'operator',
  'page',
  'sender',
  'device',
  'system',
] as const

/** True for what another program did. */
export function isOutside(actor: Actor): boolean {
  return actor.kind === 'system' && actor.part === 'outside'
}

/** The actor as a record keeps it. */
export function encodeActor(actor: Actor): Json {
  return compact({ ...actor })
}

/** Reads what {@link encodeActor} wrote. */
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
      return { kind, deviceId: fields.text('deviceId'), scopes: scopesOf(fields) }
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

function scopesOf(fields: FieldReader): readonly string[] {
  const scopes = fields.raw('scopes')
  return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : []
}
