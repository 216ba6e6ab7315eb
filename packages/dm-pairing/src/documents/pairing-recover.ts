import type { EpochMs, LossDifference } from '@openclaw/pairing-contracts'
import { EXPIRY } from '../actors.ts'
import { REQUESTS, SENDERS } from '../collections.ts'
import { isGranted, isOver } from '../expiry.ts'
import { parseSenderKey, prefixOf } from '../keys.ts'
import { REJECTED_REST_MS } from '../limits.ts'
import { restPerson } from '../people.ts'
import { pruneSettled, settle } from '../settle.ts'
import { readPairing } from './pairing-json.ts'
import { readAsking } from './pairing-reconcile.ts'
import { type Asking, type PairingIntake, takeIn } from './pairing-take-in.ts'
import { isByRepair, REPAIR } from './recover.ts'

/** What a pairing file tells of lost decisions: requests that came, and requests that were decided. */
export async function recoverPairing(
  intake: PairingIntake,
  { after, isDoubtful }: LossDifference,
): Promise<void> {
  const { tx, home } = intake
  const shown = readAsking(intake, readPairing(after)).asking
  for (const { key } of await tx.list(REQUESTS, prefixOf(home))) {
    if (isDoubtful(REQUESTS.name, key)) await settleGone(intake, key, shown)
  }
  for (const [key, asking] of shown) {
    if (isDoubtful(REQUESTS.name, key)) await takeIn(intake, asking)
  }
  await pruneSettled(tx, home)
}

/** A request that the file does not show any more. Whether it was approved is told by who was let in, which is looked at first. */
async function settleGone(
  { tx }: PairingIntake,
  key: string,
  shown: ReadonlyMap<string, Asking>,
): Promise<void> {
  const sender = parseSenderKey(key)
  const request = await tx.get(REQUESTS, key)
  const now = shown.get(key)
  if (!sender || !request || now?.entry.code === request.code) return
  const record = await tx.get(SENDERS, key)
  if (isOver(request, tx.now)) settle(tx, { sender, request }, { outcome: 'expired', by: EXPIRY })
  else if (now) settle(tx, { sender, request }, { outcome: 'superseded', by: REPAIR })
  else if (isGranted(record, tx.now)) {
    settle(tx, { sender, request }, { outcome: 'approved', by: REPAIR })
  } else if (record === undefined || !isByRepair(record)) {
    // the approval of somebody who is kept out was lost: their request waits on, so that the owner sees it
    settle(tx, { sender, request }, { outcome: 'rejected', by: REPAIR })
    const until = (tx.now + REJECTED_REST_MS) as EpochMs
    restPerson(tx, { sender, request }, { requestId: request.requestId, until })
  }
}
