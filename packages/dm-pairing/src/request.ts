import { decide } from '@openclaw/pairing-authority'
import { drawPairingCode } from '@openclaw/pairing-code'
import type { Actor, EpochMs, InboundDm, Transaction } from '@openclaw/pairing-contracts'
import { REQUESTS, RESTS, type RequestRecord, type SenderRecord } from './collections.ts'
import { printableMeta } from './display.ts'
import { RequestRefused } from './errors.ts'
import { isGranted, isResting } from './expiry.ts'
import { prefixOf, scopeOf, senderKeyOf } from './keys.ts'
import { MAX_REPLY_TO, REQUEST_TTL_MS } from './limits.ts'
import { OWNERS, ownerKeyOf } from './owner-records.ts'
import type { Parts } from './parts.ts'
import { knownUnder, requestIds } from './people.ts'
import { regroup } from './regroup.ts'
import { drawRequestId } from './request-id.ts'
import { keptAliases, mostTelling } from './same-person.ts'
import { pruneSettled, settleExpired } from './settle.ts'
import { idsOf, namedBy, theirs } from './standing.ts'

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
      const decided = await alreadyDecided(parts, tx, message)
      if (decided) return decided
      const waiting = await settleExpired(tx, message)
      const ids = idsOf(message)
      const own = waiting.find((each) => requestIds(each).some((id) => ids.includes(id)))
      if (own) return { opened: 'waiting', requestId: own.request.requestId }
      if (waiting.length >= maxPending) return { opened: 'full' }
      const request = await drawRequest(parts, tx, message)
      tx.put(REQUESTS, senderKeyOf(message), request)
      await pruneSettled(tx, message)
      return { opened: 'created', request }
    },
  )
}

/** What another process may have decided since the gate looked. */
async function alreadyDecided(
  parts: Parts,
  tx: Transaction,
  message: InboundDm,
): Promise<Opened | undefined> {
  const ids = idsOf(message)
  await regroup(tx, message, { kindOf: parts.lastingKindOf(message.channel), shown: ids })
  const all = await knownUnder(tx, message, ids)
  const found = mostTelling(theirs(parts, message, all), tx.now)
  if (found?.record.state === 'blocked') return { opened: 'blocked' }
  for (const senderId of namedBy(parts, message, all)) {
    const owner = await tx.get(OWNERS, ownerKeyOf({ channel: message.channel, senderId }))
    if (owner) return { opened: 'owner' }
  }
  for (const senderId of ids) {
    const rest = await tx.get(RESTS, prefixOf(message) + senderId)
    if (isResting(rest, tx.now)) return { opened: 'waiting', requestId: rest.requestId }
  }
  return isGranted(found?.record, tx.now) ? { opened: 'granted', record: found.record } : undefined
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
    ...keptAliases(message.senderId, message.aliases),
    ...(message.replyTo.length <= MAX_REPLY_TO ? { replyTo: message.replyTo } : {}),
  }
}
