import type { Actor, Entry, EpochMs, Transaction } from '@openclaw/pairing-contracts'
import { EXPIRY } from './actors.ts'
import { MAX_ENDED_SETUP_CODES, SETUP_KEPT_MS } from './limits.ts'
import { endedSetup, SETUP_CODES, type SetupRecord, setupStateOf } from './setup-record.ts'

/** Ends every setup code whose time is over; answers their ids. */
export async function expireSetupCodes(tx: Transaction): Promise<readonly string[]> {
  const over = (await tx.list(SETUP_CODES, '')).filter(({ value }) => hasRunOut(value, tx.now))
  for (const { key, value } of over) {
    const at = Math.min(value.expiresAt, tx.now) as EpochMs
    tx.put(SETUP_CODES, key, endedSetup(value, 'expired', { at, by: EXPIRY }))
  }
  return over.map(({ key }) => key)
}

/** True for one that is over and is not kept as such yet. */
export function hasRunOut(record: SetupRecord, now: EpochMs): boolean {
  return record.ended === undefined && setupStateOf(record, now) === 'expired'
}

/** Ends the setup codes that serve a key: the owner decided about it, so there is nothing more to ask with them. */
export async function spendSetupCodes(tx: Transaction, deviceId: string, by: Actor): Promise<void> {
  for (const { key, value } of await tx.list(SETUP_CODES, '')) {
    if (value.deviceId !== deviceId || setupStateOf(value, tx.now) !== 'bound') continue
    tx.put(SETUP_CODES, key, endedSetup(value, 'used', { at: tx.now, by }))
  }
}

/** Forgets those that ended too long ago, or as too many. */
export async function pruneSetupCodes(tx: Transaction): Promise<void> {
  for (const key of forgettable(await tx.list(SETUP_CODES, ''), tx.now)) {
    tx.remove(SETUP_CODES, key)
  }
}

/** The ids of those that are kept no longer. */
export function forgettable(codes: readonly Entry<SetupRecord>[], now: EpochMs): readonly string[] {
  const ended = codes.filter(({ value }) => value.ended !== undefined)
  const newestFirst = [...ended].sort((a, b) => endOf(b) - endOf(a))
  const kept = ({ value }: Entry<SetupRecord>, index: number) =>
    index < MAX_ENDED_SETUP_CODES && now - (value.endedAt ?? 0) < SETUP_KEPT_MS
  return newestFirst.filter((entry, index) => !kept(entry, index)).map(({ key }) => key)
}

function endOf({ value }: Entry<SetupRecord>): number {
  return value.endedAt ?? 0
}
