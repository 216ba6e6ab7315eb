import { describeActor } from '@openclaw/pairing-authority'
import { isPairingCode } from '@openclaw/pairing-code'
import type {
  ChannelAddress,
  DocumentRefusal,
  EpochMs,
  SenderAddress,
  Transaction,
} from '@openclaw/pairing-contracts'
import { EXPIRY } from '../actors.ts'
import { REQUESTS, RESTS, type RequestRecord, SETTLED } from '../collections.ts'
import { isoTime } from '../display.ts'
import { isGranted, isOver, isResting } from '../expiry.ts'
import { prefixOf, senderKeyOf } from '../keys.ts'
import { REQUEST_TTL_MS } from '../limits.ts'
import { deciding, personOf } from '../people.ts'
import { settle, settleExpired } from '../settle.ts'
import { earlier, later } from '../times.ts'
import type { DocumentParts } from './document-parts.ts'
import { foreignRequestId } from './foreign-request-id.ts'
import type { PairingEntry } from './pairing-json.ts'

/** One pairing file that another program changed. */
export interface PairingIntake {
  readonly parts: DocumentParts
  readonly tx: Transaction
  /** Whose file it is. */
  readonly home: ChannelAddress
}

/** A request of the file whose account and sender could be read. */
export interface Asking {
  readonly sender: SenderAddress
  readonly entry: PairingEntry
}

/** A request that another program put into the file. */
export async function takeIn(
  intake: PairingIntake,
  asking: Asking,
): Promise<DocumentRefusal | undefined> {
  const { parts, tx } = intake
  const { sender, entry } = asking
  if (!isPairingCode(entry.code)) {
    return parts.refusal(sender, 'its code is not a pairing code')
  }
  const known = await tx.get(REQUESTS, senderKeyOf(sender))
  if (known && known.code === entry.code) return undefined
  if (known && !isOver(known, tx.now)) {
    return parts.refusal(sender, 'this sender already waits with another code')
  }
  const decided = await whatWasDecided(intake, asking)
  if (decided !== undefined) return decided === '' ? undefined : parts.refusal(sender, decided)
  const request = requestOf(asking, tx.now)
  if (entry.createdAt === undefined || isOver(request, tx.now)) {
    settle(tx, { sender, request }, { outcome: 'expired', by: EXPIRY })
    return undefined
  }
  const why = await whyNoRoom(intake, asking)
  if (why !== undefined) return parts.refusal(sender, why)
  tx.put(REQUESTS, senderKeyOf(sender), request)
  return undefined
}

/** What the owner decided before; `''`: nothing to say about it, `undefined`: nothing was decided. */
async function whatWasDecided(
  { tx }: PairingIntake,
  { sender, entry }: Asking,
): Promise<string | undefined> {
  const key = senderKeyOf(sender)
  const record = deciding(await personOf(tx, sender), tx.now)?.record
  if (record?.state === 'blocked') return `blocked at ${isoTime(record.since)}`
  if (isGranted(record, tx.now)) return ''
  const rest = await tx.get(RESTS, key)
  if (isResting(rest, tx.now)) return `rejected, and may ask again at ${isoTime(rest.until)}`
  const settled = await tx.list(SETTLED, prefixOf(sender))
  const same = settled.find(
    ({ value }) => value.senderId === sender.senderId && value.code === entry.code,
  )
  if (same === undefined) return undefined
  if (same.value.outcome === 'expired') return ''
  const { outcome, at, by } = same.value
  return `this request was ${outcome} at ${isoTime(at)} by ${describeActor(by)}`
}

async function whyNoRoom(
  { parts, tx }: PairingIntake,
  { sender, entry }: Asking,
): Promise<string | undefined> {
  const onChannel = await tx.list(REQUESTS, `${sender.channel}/`)
  if (onChannel.some(({ value }) => value.code === entry.code)) {
    return 'another request waits with this code'
  }
  const maxPending = parts.maxPendingOf(sender)
  const waiting = await settleExpired(tx, sender)
  return waiting.length >= maxPending
    ? `${String(maxPending)} requests wait already, which is as many as this account takes`
    : undefined
}

/** A time in the future would make it live longer than its hour. */
function requestOf({ sender, entry }: Asking, now: EpochMs): RequestRecord {
  const createdAt = earlier(entry.createdAt ?? 0, now)
  const seen = lastSeenOf(entry, now)
  return {
    requestId: foreignRequestId(senderKeyOf(sender), entry.code, createdAt),
    code: entry.code,
    createdAt,
    lastSeenAt: later(seen, createdAt),
    expiresAt: (createdAt + REQUEST_TTL_MS) as EpochMs,
    meta: entry.meta,
  }
}

/** When the sender last wrote, as the file says; never in the future. */
export function lastSeenOf({ lastSeenAt = 0 }: PairingEntry, now: EpochMs): EpochMs {
  return earlier(lastSeenAt, now)
}
