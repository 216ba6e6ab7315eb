import type { LossDifference, SenderId } from '@openclaw/pairing-contracts'
import { SENDERS } from '../collections.ts'
import { parseSenderKey, prefixOf, senderAt, senderKeyOf } from '../keys.ts'
import { type AllowFromIntake, idsIn } from './allow-from-reconcile.ts'
import { fileNameOf } from './file-names.ts'
import { keepOut } from './recover.ts'

/**
 * What an allowFrom file tells of lost decisions: who only stands there or only in the journal stays out. The file shows
 * an id and not for how long it was let in, so it gives nobody a grant.
 */
export async function recoverAllowFrom(
  intake: AllowFromIntake,
  { name, after, isDoubtful }: LossDifference,
): Promise<void> {
  const { tx, address } = intake
  const shown = idsIn(intake, after).senders
  const known = await letIn(intake)
  // the second file of the default account need not show everybody
  const isWhole = name.fileName === fileNameOf(address, 'allowFrom')
  const odd = [
    ...[...shown].filter((senderId) => !known.has(senderId)),
    ...[...known].filter((senderId) => isWhole && !shown.has(senderId)),
  ]
  for (const sender of odd.map((senderId) => senderAt(address, senderId))) {
    if (isDoubtful(SENDERS.name, senderKeyOf(sender))) await keepOut(tx, sender)
  }
}

/** Whom the journal lets in, as far as it can be read. */
async function letIn({ tx, address }: AllowFromIntake): Promise<ReadonlySet<SenderId>> {
  const records = await tx.list(SENDERS, prefixOf(address))
  const allowed = records.filter(({ value }) => value.state === 'allowed')
  return new Set(allowed.flatMap(({ key }) => parseSenderKey(key)?.senderId ?? []))
}
