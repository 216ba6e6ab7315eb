import type { EpochMs, InboundDm } from '@openclaw/pairing-contracts'
import type { AccountMemory } from './account-memory.ts'
import { ALIAS_EVIDENCE } from './actors.ts'
import { scopeOf } from './keys.ts'
import { ALIAS_RETRY_MS } from './limits.ts'
import type { Parts } from './parts.ts'
import type { Queue } from './queue.ts'
import { regroup } from './regroup.ts'
import { type Evidence, type Known, regroupings, requestIdsAfter } from './same-person.ts'
import { idsOf } from './standing.ts'

/** A message whose event shows several ids of one person. */
export interface Shown {
  readonly message: InboundDm
  readonly memory: AccountMemory
  readonly now: EpochMs
}

/**
 * Writes what the event says of whose ids are whose, when that is news: one transaction for each change, none for a
 * message that shows what is known.
 *
 * @returns whether something was written; false also when it could not be, and then nobody is let in or kept out by it:
 *   the message is judged by what is known and what it shows itself
 */
export async function learnIds(
  parts: Parts,
  { message, memory, now }: Shown,
  known: readonly Known[],
): Promise<boolean> {
  if (known.length === 0) return false
  const evidence = evidenceOf(parts, message)
  if (regroupings(known, { ...evidence, now }).length === 0) return false
  return carefully({ message, memory, now }, () => write(parts, message, evidence))
}

/**
 * The same of a request that waits: it gains the ids that a later message of the same person shows, and loses one that
 * another person shows.
 *
 * @returns whether something was written, so that the place in the queue may be another one
 */
export async function learnOfWaiting(
  parts: Parts,
  { message, memory, now }: Shown,
  { ids }: Extract<Queue, { place: 'waiting' }>,
): Promise<boolean> {
  if (message.aliases.length === 0) return false
  const evidence = evidenceOf(parts, message)
  if (requestIdsAfter(ids, evidence) === undefined) return false
  return carefully({ message, memory, now }, () => write(parts, message, evidence))
}

function evidenceOf(parts: Parts, message: InboundDm): Omit<Evidence, 'now'> {
  return { kindOf: parts.lastingKindOf(message.channel), shown: idsOf(message) }
}

function write(parts: Parts, message: InboundDm, evidence: Omit<Evidence, 'now'>): Promise<void> {
  const intent = { scope: scopeOf(message), actor: ALIAS_EVIDENCE, action: 'dm.alias' }
  return parts.store.transact(intent, (tx) => regroup(tx, message, evidence))
}

/** A full disk keeps nobody out who may write, and is not tried again for every message. */
async function carefully({ memory, now }: Shown, write: () => Promise<void>): Promise<boolean> {
  const waits = now < memory.learnAt && memory.learnAt - now <= ALIAS_RETRY_MS
  if (waits) return false
  try {
    await write()
    return true
  } catch {
    memory.learnAt = (now + ALIAS_RETRY_MS) as EpochMs
    return false
  }
}
