import { describeActor } from '@openclaw/pairing-authority'
import type {
  ChannelAddress,
  DocumentDifference,
  DocumentRefusal,
  EpochMs,
  Json,
  SenderAddress,
  SenderId,
  Transaction,
} from '@openclaw/pairing-contracts'
import { EXPIRY, isOutside, OUTSIDE } from '../actors.ts'
import { type Admission, admitSender, settleApproved } from '../approve.ts'
import {
  NOTICES_DUE,
  REQUESTS,
  RESTS,
  SENDERS,
  SETTLED,
  type SenderRecord,
  type SettledRecord,
} from '../collections.ts'
import { isoTime, printable } from '../display.ts'
import { isGranted, isResting } from '../expiry.ts'
import { prefixOf, senderAt, senderKeyOf } from '../keys.ts'
import { OUTSIDE_APPROVAL_MS } from '../limits.ts'
import { dueNotice } from '../notices.ts'
import { deciding, knownUnder, personOf, putSender } from '../people.ts'
import { type Known, keptAliases } from '../same-person.ts'
import { endGrant, isTakenOutside } from '../settle.ts'
import type { DocumentParts } from './document-parts.ts'
import { idText, listOf } from './shape.ts'

/** One allowFrom file that another program changed. */
export interface AllowFromIntake {
  readonly parts: DocumentParts
  readonly tx: Transaction
  readonly address: ChannelAddress
}

/** Takes over what another program did to an allowFrom file: ids that went are revoked, ids that came are let in. */
export async function reconcileAllowFrom(
  intake: AllowFromIntake,
  { before, after }: DocumentDifference,
): Promise<readonly DocumentRefusal[]> {
  const old = idsIn(intake, before).senders
  const now = idsIn(intake, after)
  const refusals = [...now.refusals]
  for (const senderId of old) {
    if (!now.senders.has(senderId)) await takeAway(intake, senderId)
  }
  for (const senderId of now.senders) {
    const refusal = old.has(senderId) ? undefined : await takeIn(intake, senderId)
    if (refusal) refusals.push(refusal)
  }
  return refusals
}

/** The ids of a file, and what in it is none. */
export function idsIn(
  { parts, address }: AllowFromIntake,
  json: Json | undefined,
): {
  readonly senders: ReadonlySet<SenderId>
  readonly refusals: readonly DocumentRefusal[]
} {
  const senders = new Set<SenderId>()
  const refusals: DocumentRefusal[] = []
  for (const entry of listOf(json, 'allowFrom')) {
    const text = idText(entry) ?? ''
    const senderId = text === '*' ? undefined : parts.senderOf(address.channel, text)
    if (senderId) senders.add(senderId)
    else refusals.push(notAnId(parts, address, text))
  }
  return { senders, refusals }
}

function notAnId(parts: DocumentParts, address: ChannelAddress, text: string): DocumentRefusal {
  if (text !== '*') {
    return parts.refusal({ ...address, senderId: text }, 'this is not an id of this channel')
  }
  return {
    ...parts.refusal({ ...address, senderId: text }, 'a wildcard in this file lets nobody in'),
    fix: `To let everyone in, set channels.${address.channel}.dmPolicy to "open" and allowFrom to ["*"] in the configuration.`,
  }
}

/** A grant keeps its end, for when it comes back; one that does not count at the moment cannot come back. */
async function takeAway({ tx, address }: AllowFromIntake, senderId: SenderId): Promise<void> {
  const sender = senderAt(address, senderId)
  await endGrant(tx, sender)
  await forgetAlias(tx, sender)
  const record = await tx.get(SENDERS, senderKeyOf(sender))
  if (record?.state !== 'allowed') return
  const by = isGranted(record, tx.now) ? OUTSIDE : EXPIRY
  const taken: SenderRecord = { ...record, state: 'revoked', by, since: tx.now }
  tx.put(SENDERS, senderKeyOf(sender), taken)
}

/** Somebody else's line must not let in whom this one does not any more. */
async function forgetAlias(tx: Transaction, sender: SenderAddress): Promise<void> {
  for (const known of await knownUnder(tx, sender, [sender.senderId])) {
    if (known.senderId === sender.senderId || known.record.state === 'blocked') continue
    const { aliases = [], ...bare } = known.record
    const kept = keptAliases(
      known.senderId,
      aliases.filter((id) => id !== sender.senderId),
    )
    await putSender(tx, senderAt(sender, known.senderId), { ...bare, ...kept })
  }
}

async function takeIn(
  intake: AllowFromIntake,
  senderId: SenderId,
): Promise<DocumentRefusal | undefined> {
  const { parts, tx } = intake
  const sender = senderAt(intake.address, senderId)
  const own = await tx.get(SENDERS, senderKeyOf(sender))
  if (isGranted(own, tx.now)) return undefined
  const person = await personOf(tx, sender)
  const telling = deciding(person, tx.now)
  if (telling && isGranted(telling.record, tx.now)) return isAnotherId(parts, sender, telling)
  // Whoever stands under no record of their own is whom their other ids are.
  const record = telling?.record.state === 'blocked' ? telling.record : (own ?? telling?.record)
  const decided = await whatWasDecided(tx, sender, record)
  if (decided !== undefined) {
    await endGrant(tx, sender)
    return parts.refusal(sender, decided)
  }
  const request = await tx.get(REQUESTS, senderKeyOf(sender))
  if (request) {
    await admitSender(tx, sender, { ...givenBack(record, tx.now), aliases: undefined, request })
    const announced = parts.announces(sender)
    await settleApproved(tx, { sender, request, by: OUTSIDE, announced })
    return undefined
  }
  await admitVanished(intake, sender, record)
  return undefined
}

/**
 * What keeps an id out that another program put in; `undefined`: nothing. What another program took away it may give
 * again, for as long as the grant would have lasted; what the owner or time took away it may not.
 */
async function whatWasDecided(
  tx: Transaction,
  sender: SenderAddress,
  record: SenderRecord | undefined,
): Promise<string | undefined> {
  if (record && record.state !== 'allowed' && !isTakenOutside(record)) {
    return `${record.state} at ${isoTime(record.since)} by ${describeActor(record.by)}`
  }
  const grant: SenderRecord | undefined = record && { ...record, state: 'allowed' }
  if (grant && !isGranted(grant, tx.now)) return 'their grant has ended by itself'
  const rest = await tx.get(RESTS, senderKeyOf(sender))
  if (!isResting(rest, tx.now)) return undefined
  const rejected = await tx.get(SETTLED, prefixOf(sender) + rest.requestId)
  if (rejected && isOutside(rejected.by)) return undefined
  return `rejected, and may ask again at ${isoTime(rest.until)}`
}

/** A grant comes back with the end that it had. */
function givenBack(record: SenderRecord | undefined, now: EpochMs): Admission {
  const expiresInMs = record?.expiresAt === undefined ? undefined : record.expiresAt - now
  return { by: OUTSIDE, meta: record?.meta, aliases: record?.aliases, expiresInMs }
}

/** The file shows a person once; another of their ids that is added says nothing new. */
function isAnotherId(
  parts: DocumentParts,
  sender: SenderAddress,
  { senderId }: Known,
): DocumentRefusal {
  const shown = printable(senderId)
  return {
    ...parts.refusal(sender, `this is another id of ${shown}, who stands in the file already`),
    fix: `Nothing is missing. To keep them out, take ${shown} out of the file.`,
  }
}

/**
 * Lets a sender in whose request may have gone from the pairing file a moment before: the CLI of 2026.2 writes the
 * two files one after the other, and between them the request looked rejected.
 */
async function admitVanished(
  { parts, tx }: AllowFromIntake,
  sender: SenderAddress,
  record: SenderRecord | undefined,
): Promise<void> {
  const vanished = await vanishedRequest(tx, sender)
  if (vanished === undefined) {
    await admitSender(tx, sender, givenBack(record, tx.now))
    return
  }
  const { requestId, settled } = vanished
  const { meta, replyTo, aliases = [] } = settled
  const request = { requestId, meta, aliases }
  await admitSender(tx, sender, { ...givenBack(record, tx.now), aliases, request })
  const approved: SettledRecord = { ...settled, outcome: 'approved', at: tx.now }
  tx.put(SETTLED, prefixOf(sender) + requestId, approved)
  if (!parts.announces(sender)) return
  const asked = replyTo === undefined ? { requestId } : { requestId, replyTo }
  tx.put(NOTICES_DUE, senderKeyOf(sender), dueNotice(asked, tx.now))
}

async function vanishedRequest(
  tx: Transaction,
  sender: SenderAddress,
): Promise<{ readonly requestId: string; readonly settled: SettledRecord } | undefined> {
  const prefix = prefixOf(sender)
  const theirs = (await tx.list(SETTLED, prefix)).filter(
    ({ value }) =>
      value.senderId === sender.senderId &&
      value.outcome === 'rejected' &&
      isOutside(value.by) &&
      tx.now - value.at <= OUTSIDE_APPROVAL_MS,
  )
  const [newest] = theirs.sort((a, b) => b.value.at - a.value.at)
  return newest && { requestId: newest.key.slice(prefix.length), settled: newest.value }
}
