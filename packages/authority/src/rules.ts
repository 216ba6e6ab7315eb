import type { Actor } from '@openclaw/pairing-contracts'
import { ownerRefusal, refusal } from './refusals.ts'
import { includesScope } from './scopes.ts'
import type { Ask, Refusal } from './types.ts'

/** One condition of a table cell: `undefined` lets the ask pass. */
export type Rule = (ask: Ask) => Refusal | undefined

/** No condition. */
export const may: Rule = () => undefined

/** Refused to everybody who is not an owner in some form. */
export const owners: Rule = () => refusal('ERR_AUTHORITY_NOT_OWNER')

/** Refused to everybody who does not hold the state directory. */
export const locally: Rule = () => refusal('ERR_AUTHORITY_LOCAL_ONLY')

/** Who is an owner is not told to everybody. */
export const knownToOwners: Rule = () => ownerRefusal('ERR_AUTHORITY_NOT_OWNER')

/** Nobody makes or unmakes an owner who does not hold the state directory, an owner neither. */
export const madeLocally: Rule = () => ownerRefusal('ERR_AUTHORITY_LOCAL_ONLY')

/** What was looked at comes back with the approval. */
export const shown: Rule = (ask) =>
  ask.shown === true ? undefined : refusal('ERR_AUTHORITY_NOT_SHOWN')

/** An actor asks for itself alone, and says for whom. */
export const forItself: Rule = (ask) =>
  isItself(ask) ? undefined : refusal('ERR_AUTHORITY_NOT_SELF')

/** An owner decides about others. Where a verb always has a sender, an ask without one is refused too. */
export const aboutOthers: Rule = (ask) => {
  const { actor, action, subject } = ask
  if (actor.kind !== 'owner') return refusal('ERR_AUTHORITY_NOT_OWNER')
  if (subject?.senderId === undefined)
    return BY_REQUEST.has(action) ? undefined : refusal('ERR_AUTHORITY_SELF', 'no sender is named')
  // The account is not compared: on most platforms the same id is the same person on every account.
  const self = actor.channel === subject.channel && actor.senderId === subject.senderId
  return self ? refusal('ERR_AUTHORITY_SELF') : undefined
}

/** Verbs that name a request: its sender is known only after a look. */
const BY_REQUEST: ReadonlySet<string> = new Set(['dm.approve', 'dm.reject'])

/** The device holds one of the scopes, or one that includes it. */
export function scope(...accepted: readonly string[]): Rule {
  return ({ actor }) => {
    const held = actor.kind === 'operator' ? actor.scopes : []
    return accepted.some((name) => includesScope(held, name))
      ? undefined
      : refusal('ERR_AUTHORITY_SCOPE_MISSING', `it needs ${accepted.join(' or ')}`)
  }
}

/** All of the rules, in this order. */
export function all(...rules: readonly Rule[]): Rule {
  return (ask) => rules.map((rule) => rule(ask)).find((answer) => answer !== undefined)
}

function isItself({ actor, subject }: Ask): boolean {
  if (subject?.senderId === undefined) return false
  if (actor.kind === 'device') return actor.deviceId === subject.senderId
  return actor.kind === 'sender' && isSameSender(actor, subject)
}

function isSameSender(
  actor: Extract<Actor, { kind: 'sender' }>,
  subject: NonNullable<Ask['subject']>,
): boolean {
  return (
    actor.channel === subject.channel &&
    actor.account === subject.account &&
    actor.senderId === subject.senderId
  )
}
