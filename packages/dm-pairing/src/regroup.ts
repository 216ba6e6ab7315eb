import type {
  ChannelAddress,
  EpochMs,
  SenderAddress,
  SenderId,
  Transaction,
} from '@openclaw/pairing-contracts'
import { PASSED_ON } from './actors.ts'
import { REQUESTS, SENDERS, type SenderRecord } from './collections.ts'
import { isGranted, isOver } from './expiry.ts'
import { senderAt, senderKeyOf } from './keys.ts'
import { knownUnder, putSender, requestIds, requestsOf, type Waiting } from './people.ts'
import {
  type Evidence,
  idsIn,
  isPassedOn,
  keptAliases,
  type Regrouping,
  regroupings,
  requestIdsAfter,
} from './same-person.ts'
import { settle } from './settle.ts'

/** Writes what an event says of whose ids are whose. */
export async function regroup(
  tx: Transaction,
  address: ChannelAddress,
  evidence: Omit<Evidence, 'now'>,
): Promise<void> {
  const known = await knownUnder(tx, address, evidence.shown)
  for (const each of regroupings(known, { ...evidence, now: tx.now })) {
    await rewrite(tx, address, each)
  }
  for (const waiting of await requestsOf(tx, address, evidence.shown)) {
    if (!isOver(waiting.request, tx.now)) await regroupRequest(tx, waiting, evidence)
  }
}

/** A request that turns out to be of somebody who is blocked asks the owner nothing any more. */
async function regroupRequest(
  tx: Transaction,
  waiting: Waiting,
  evidence: Omit<Evidence, 'now'>,
): Promise<void> {
  const before = requestIds(waiting)
  const ids = requestIdsAfter(before, evidence)
  const known = await knownUnder(tx, waiting.sender, ids ?? before)
  const block = known.find(({ record }) => record.state === 'blocked')
  if (block !== undefined) settle(tx, waiting, { outcome: 'blocked', by: block.record.by })
  else if (ids !== undefined) moveRequest(tx, waiting, ids)
}

/** A request goes on under the ids that its sender still has; what is said to an id that passed on reaches another. */
function moveRequest(
  tx: Transaction,
  { sender, request }: Waiting,
  ids: readonly SenderId[],
): void {
  const { aliases: _, replyTo, ...bare } = request
  const [primary = sender.senderId] = ids
  const isMoved = primary !== sender.senderId
  if (isMoved) tx.remove(REQUESTS, senderKeyOf(sender))
  tx.put(REQUESTS, senderKeyOf(senderAt(sender, primary)), {
    ...bare,
    ...keptAliases(primary, ids),
    ...(replyTo === undefined || isMoved ? {} : { replyTo }),
  })
}

/** Writes which ids a record has from now on; those that it lost let nobody in. */
export async function rewrite(
  tx: Transaction,
  address: ChannelAddress,
  { known, ids }: Regrouping,
): Promise<void> {
  const at = (senderId: SenderId): SenderAddress => senderAt(address, senderId)
  const { aliases: _, ...bare } = known.record
  const before = idsIn(known)
  const [primary = known.senderId] = ids
  const isMoved = primary !== known.senderId
  if (isMoved) await putSender(tx, at(known.senderId), passedOn(tx.now))
  const there = isMoved ? await tx.get(SENDERS, senderKeyOf(at(primary))) : undefined
  const isOutranked = bare.state === 'blocked' || !isGranted(there, tx.now)
  if (there?.state !== 'blocked' && isOutranked) {
    await putSender(tx, at(primary), { ...bare, ...keptAliases(primary, ids) })
  }
  for (const id of before.filter((each) => !ids.includes(each))) {
    const key = senderKeyOf(at(id))
    if ((await tx.get(SENDERS, key)) === undefined) tx.put(SENDERS, key, passedOn(tx.now))
  }
  // The platform says that it is theirs again.
  for (const id of ids.filter((each) => each !== primary && !before.includes(each))) {
    const key = senderKeyOf(at(id))
    if (isPassedOn(await tx.get(SENDERS, key))) tx.remove(SENDERS, key)
  }
}

/** What is kept of an id that is another's now: no file lets it in, and nobody is an owner by it. */
function passedOn(now: EpochMs): SenderRecord {
  return { state: 'revoked', by: PASSED_ON, since: now, meta: {} }
}
