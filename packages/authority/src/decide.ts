import { deviceRefusal, ownerRefusal, refusal } from './refusals.ts'
import { GROUP_OF, isKnownKind, ruleOf } from './table.ts'
import type { Action, Ask, Refusal, Verdict } from './types.ts'

/** Every action, in the order of the table in the README. */
export const ACTIONS: readonly Action[] = Object.keys(GROUP_OF) as Action[]

/**
 * Says whether an actor may do something; the one place where that is decided.
 *
 * Pure: the same ask has the same answer. A verb that names a request by its code is asked about twice, before
 * the look-up and, with the sender it leads to, before anything changes.
 *
 * @returns the verdict; anything unknown (an actor or action of another version) is refused. Never throws
 */
export function decide(ask: Ask): Verdict {
  const { actor, action } = ask
  if (!isKnownKind(actor.kind) || !Object.hasOwn(GROUP_OF, action))
    return refusal('ERR_AUTHORITY_NOT_OWNER', 'this actor or action is not known')
  if (actor.kind === 'owner' && ask.isStillOwner === false) return notOwner(action)
  return ruleOf(actor.kind, action)(ask) ?? { allowed: true }
}

function notOwner(action: Action): Refusal {
  if (action.startsWith('owner.')) return ownerRefusal('ERR_AUTHORITY_NOT_OWNER')
  const isDm = action.startsWith('dm.')
  return (isDm ? refusal : deviceRefusal)('ERR_AUTHORITY_NOT_OWNER')
}
