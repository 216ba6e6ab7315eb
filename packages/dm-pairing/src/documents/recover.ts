import type { Actor, SenderAddress, Transaction } from '@openclaw/pairing-contracts'
import { SENDERS, type SenderRecord } from '../collections.ts'
import { senderKeyOf } from '../keys.ts'

/** Who keeps people out after a loss. No file gives back what it took: that is for the owner. */
export const REPAIR: Actor = { kind: 'system', part: 'repair' }

/** True for what the repair of a journal decided. */
export function isByRepair({ by }: Pick<SenderRecord, 'by'>): boolean {
  return by.kind === 'system' && by.part === 'repair'
}

/** Keeps a sender out until the owner decides. A block stays one. */
export async function keepOut(tx: Transaction, sender: SenderAddress): Promise<void> {
  const key = senderKeyOf(sender)
  const record = await tx.get(SENDERS, key)
  if (record?.state === 'blocked') return
  const { expiresAt: _, ...kept } = record ?? { meta: {} }
  const out: SenderRecord = { ...kept, state: 'revoked', by: REPAIR, since: tx.now }
  tx.put(SENDERS, key, out)
}
