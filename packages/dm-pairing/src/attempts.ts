import { actorKey } from '@openclaw/pairing-authority'
import type { Actor, EpochMs, Transaction } from '@openclaw/pairing-contracts'
import { ATTEMPTS, type AttemptRecord } from './collections.ts'
import {
  ATTEMPT_MEMORY_MS,
  FIRST_WAIT_MS,
  LONGEST_WAIT_MS,
  MAX_ATTEMPT_RECORDS,
  WRONG_CODES_ALLOWED,
  WRONG_CODES_WINDOW_MS,
} from './limits.ts'

/** True for actors who guess from afar. Whoever holds the store reads the codes there, so counting would only lock out. */
function isCounted(actor: Actor): boolean {
  return actor.kind !== 'root' && actor.kind !== 'library'
}

/** When the actor may try a code again; `undefined`: now. To be asked before any code is compared. */
export async function slowedUntil(tx: Transaction, actor: Actor): Promise<EpochMs | undefined> {
  if (!isCounted(actor)) return undefined
  const record = await tx.get(ATTEMPTS, actorKey(actor))
  if (record === undefined || tx.now >= record.retryAt) return undefined
  // Further away than any wait: the clock was set back, and nobody is locked out for that.
  return record.retryAt - tx.now <= LONGEST_WAIT_MS ? record.retryAt : undefined
}

/** Counts a wrong code, and begins or doubles the wait. */
export async function countWrongCode(tx: Transaction, actor: Actor): Promise<void> {
  if (!isCounted(actor)) return
  const key = actorKey(actor)
  const before = await tx.get(ATTEMPTS, key)
  if (before === undefined) await makeRoom(tx)
  tx.put(ATTEMPTS, key, afterWrongCode(before, tx.now))
}

/** The actor starts afresh. */
export async function forgetWrongCodes(tx: Transaction, actor: Actor): Promise<void> {
  if (!isCounted(actor)) return
  const key = actorKey(actor)
  if ((await tx.get(ATTEMPTS, key)) !== undefined) tx.remove(ATTEMPTS, key)
}

/** The count after one more wrong code. */
function afterWrongCode(before: AttemptRecord | undefined, now: EpochMs): AttemptRecord {
  const known = before && isRemembered(before, now) ? before : undefined
  const level = known?.level ?? 0
  const recent = (known?.wrong ?? []).filter((at) => now - at < WRONG_CODES_WINDOW_MS)
  const wrong = [...recent, now].slice(-WRONG_CODES_ALLOWED)
  const waits = level > 0 || wrong.length >= WRONG_CODES_ALLOWED
  if (!waits) return { wrong, level: 0, retryAt: 0 as EpochMs, lastAt: now }
  const wait = Math.min(FIRST_WAIT_MS * 2 ** level, LONGEST_WAIT_MS)
  return { wrong, level: level + 1, retryAt: (now + wait) as EpochMs, lastAt: now }
}

/** True while a record still counts. */
export function isRemembered(record: AttemptRecord, now: EpochMs): boolean {
  return now - record.lastAt < ATTEMPT_MEMORY_MS
}

async function makeRoom(tx: Transaction): Promise<void> {
  const records = await tx.list(ATTEMPTS, '')
  const tooMany = records.length - MAX_ATTEMPT_RECORDS + 1
  if (tooMany <= 0) return
  const quietest = [...records].sort((a, b) => a.value.lastAt - b.value.lastAt)
  for (const { key } of quietest.slice(0, tooMany)) tx.remove(ATTEMPTS, key)
}
