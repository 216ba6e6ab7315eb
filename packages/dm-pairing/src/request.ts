import { decide } from '@openclaw/pairing-authority'
import { drawPairingCode } from '@openclaw/pairing-code'
import type { Actor, EpochMs, InboundDm, SenderId, Transaction } from '@openclaw/pairing-contracts'
import {
  REQUESTS,
  RESTS,
  type RequestRecord,
  type RestRecord,
  SENDERS,
  type SenderRecord,
} from './collections.ts'
import { printableMeta } from './display.ts'
import { RequestRefused } from './errors.ts'
import { isGranted, isResting } from './expiry.ts'
import { prefixOf, scopeOf, senderKeyOf } from './keys.ts'
import { MAX_REPLY_TO, REQUEST_TTL_MS } from './limits.ts'
import { OWNERS, ownerKeyOf } from './owner-records.ts'
import type { Parts } from './parts.ts'
import { drawRequestId } from './request-id.ts'
import { pruneSettled, settleExpired } from './settle.ts'

/** What the transaction found or made. */
export type Opened =
  | { readonly opened: 'created'; readonly request: RequestRecord }
  | { readonly opened: 'waiting'; readonly requestId: string }
  | { readonly opened: 'full' }
  /** Decided by the owner a moment ago. */
  | { readonly opened: 'blocked' }
  | { readonly opened: 'granted'; readonly record: SenderRecord }
  | { readonly opened: 'owner' }

/**
 * Opens a request for a stranger: the only place that makes one for a message.
 *
 * Everything is looked at again inside the transaction, so two messages at the same instant make one request and
 * the cap holds.
 */
export async function openRequest(
  parts: Parts,
  message: InboundDm,
  maxPending: number,
): Promise<Opened> {
  const { channel, account, senderId } = message
  const actor: Actor = { kind: 'sender', channel, account, senderId }
  const verdict = decide({ actor, action: 'dm.request', subject: { channel, account, senderId } })
  if (!verdict.allowed) throw new RequestRefused(verdict.why, verdict.fix)
  return parts.store.transact(
    { scope: scopeOf(message), actor, action: 'dm.request' },
    async (tx): Promise<Opened> => {
      const decided = await alreadyDecided(tx, message)
      if (decided) return decided
      const waiting = await settleExpired(tx, message)
      const ids = idsOf(message)
      const own = waiting.find(({ sender }) => ids.includes(sender.senderId))
      if (own) return { opened: 'waiting', requestId: own.request.requestId }
      if (waiting.length >= maxPending) return { opened: 'full' }
      const request = await drawRequest(parts, tx, message)
      tx.put(REQUESTS, senderKeyOf(message), request)
      await pruneSettled(tx, message)
      return { opened: 'created', request }
    },
  )
}

/** The sender's id and the others that the event proves. */
export function idsOf(message: Pick<InboundDm, 'senderId' | 'aliases'>): readonly SenderId[] {
  return [message.senderId, ...message.aliases]
}

/** What another process may have decided since the gate looked. */
async function alreadyDecided(tx: Transaction, message: InboundDm): Promise<Opened | undefined> {
  const prefix = prefixOf(message)
  let granted: SenderRecord | undefined
  let isOwner = false
  let resting: RestRecord | undefined
  for (const senderId of idsOf(message)) {
    const record = await tx.get(SENDERS, prefix + senderId)
    if (record?.state === 'blocked') return { opened: 'blocked' }
    if (isGranted(record, tx.now)) granted ??= record
    isOwner ||=
      (await tx.get(OWNERS, ownerKeyOf({ channel: message.channel, senderId }))) !== undefined
    const rest = await tx.get(RESTS, prefix + senderId)
    if (isResting(rest, tx.now)) resting ??= rest
  }
  if (isOwner) return { opened: 'owner' }
  if (resting) return { opened: 'waiting', requestId: resting.requestId }
  return granted && { opened: 'granted', record: granted }
}

async function drawRequest(
  parts: Parts,
  tx: Transaction,
  message: InboundDm,
): Promise<RequestRecord> {
  const pending = await tx.list(REQUESTS, `${message.channel}/`)
  const taken = new Set(pending.map(({ value }) => value.code))
  return {
    requestId: drawRequestId(parts.random),
    code: drawPairingCode(parts.random, taken),
    createdAt: tx.now,
    lastSeenAt: tx.now,
    expiresAt: (tx.now + REQUEST_TTL_MS) as EpochMs,
    meta: printableMeta(message.meta),
    ...(message.replyTo.length <= MAX_REPLY_TO ? { replyTo: message.replyTo } : {}),
  }
}
