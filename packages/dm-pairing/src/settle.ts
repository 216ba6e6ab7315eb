import type {
  Actor,
  ChannelAddress,
  EpochMs,
  SenderAddress,
  Transaction,
} from '@openclaw/pairing-contracts'
import { EXPIRY, isOutside } from './actors.ts'
import {
  REQUESTS,
  type RequestRecord,
  SENDERS,
  SETTLED,
  type SenderRecord,
  type SettledRecord,
} from './collections.ts'
import { isOver } from './expiry.ts'
import { parseSenderKey, prefixOf, senderKeyOf } from './keys.ts'
import { MAX_SETTLED, SETTLED_LIFE_MS } from './limits.ts'
import { earlier } from './times.ts'

/** How a request ended, and by whom. */
export interface Ending {
  readonly outcome: SettledRecord['outcome']
  readonly by: Actor
}

/** Takes a request off the list and keeps what became of it. */
export function settle(
  tx: Transaction,
  { sender, request }: { readonly sender: SenderAddress; readonly request: RequestRecord },
  { outcome, by }: Ending,
): SettledRecord {
  const settled: SettledRecord = {
    senderId: sender.senderId,
    code: request.code,
    outcome,
    at: outcome === 'expired' ? expiredAt(request, tx.now) : tx.now,
    by,
    meta: request.meta,
    ...(request.replyTo === undefined ? {} : { replyTo: request.replyTo }),
    ...(request.aliases === undefined ? {} : { aliases: request.aliases }),
  }
  tx.remove(REQUESTS, senderKeyOf(sender))
  tx.put(SETTLED, prefixOf(sender) + request.requestId, settled)
  return settled
}

/** When it was over, which may be earlier than when somebody looked. */
export function expiredAt(request: Pick<RequestRecord, 'expiresAt'>, now: EpochMs): EpochMs {
  return earlier(request.expiresAt, now)
}

/** Settles every request of an account whose hour is over; answers those that still wait. */
export async function settleExpired(
  tx: Transaction,
  address: ChannelAddress,
): Promise<readonly { readonly sender: SenderAddress; readonly request: RequestRecord }[]> {
  const waiting: { readonly sender: SenderAddress; readonly request: RequestRecord }[] = []
  for (const { key, value } of await tx.list(REQUESTS, prefixOf(address))) {
    const sender = parseSenderKey(key)
    if (sender === undefined) continue
    if (isOver(value, tx.now))
      settle(tx, { sender, request: value }, { outcome: 'expired', by: EXPIRY })
    else waiting.push({ sender, request: value })
  }
  return waiting
}

/** Keeps the newest {@link MAX_SETTLED} outcomes of an account, none older than 30 days. */
export async function pruneSettled(tx: Transaction, address: ChannelAddress): Promise<void> {
  const kept = await tx.list(SETTLED, prefixOf(address))
  const oldest = tx.now - SETTLED_LIFE_MS
  const newestFirst = [...kept].sort((a, b) => b.value.at - a.value.at)
  newestFirst.forEach(({ key, value }, index) => {
    if (index >= MAX_SETTLED || value.at < oldest) tx.remove(SETTLED, key)
  })
}

/** Writes that a grant has ended by itself, when it has. */
export async function endGrant(tx: Transaction, sender: SenderAddress): Promise<void> {
  const key = senderKeyOf(sender)
  const record = await tx.get(SENDERS, key)
  if (record?.state !== 'allowed' || record.expiresAt === undefined) return
  if (tx.now < record.expiresAt) return
  const { expiresAt, ...rest } = record
  tx.put(SENDERS, key, { ...rest, state: 'revoked', by: EXPIRY, since: expiresAt })
}

/** True for a grant that another program took away, and may give back until the owner decides. */
export function isTakenOutside(record: SenderRecord | undefined): boolean {
  return record?.state === 'revoked' && isOutside(record.by)
}

/** Makes what another program took away the decision of an actor, so that no file brings it back. */
export async function confirmRevocation(
  tx: Transaction,
  sender: SenderAddress,
  by: Actor,
): Promise<void> {
  const key = senderKeyOf(sender)
  const record = await tx.get(SENDERS, key)
  if (record === undefined || !isTakenOutside(record)) return
  const { expiresAt: _, ...kept } = record
  tx.put(SENDERS, key, { ...kept, by, since: tx.now })
}
