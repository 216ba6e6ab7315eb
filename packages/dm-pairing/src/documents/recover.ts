import type {
  Actor,
  DocumentDifference,
  DocumentFamily,
  SenderAddress,
  Transaction,
} from '@openclaw/pairing-contracts'
import { SENDERS, type SenderRecord } from '../collections.ts'
import { senderKeyOf } from '../keys.ts'

/** Who keeps people out after a loss. No file gives back what it took: that is for the owner. */
export const REPAIR: Actor = { kind: 'system', part: 'repair' }

/** True for what the repair of a journal decided. */
export function isByRepair({ by }: Pick<SenderRecord, 'by'>): boolean {
  return by.kind === 'system' && by.part === 'repair'
}

/** A file of ours against what can still be read of a damaged journal. */
export interface LossDifference extends DocumentDifference {
  /** False for a record that no lost transaction can have changed after what can still be read of it. */
  readonly isDoubtful: (collection: string, key: string) => boolean
}

/** A family whose files the repair of a journal may ask. */
export interface DmDocumentFamily extends DocumentFamily {
  /** Plans what a file tells of lost transactions; lets nobody in. */
  readonly recover: (tx: Transaction, difference: LossDifference) => Promise<void>
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
