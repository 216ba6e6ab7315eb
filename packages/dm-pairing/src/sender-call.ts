import type {
  Actor,
  EpochMs,
  SenderAddress,
  SenderId,
  Transaction,
} from '@openclaw/pairing-contracts'
import { EXPIRY } from './actors.ts'
import { NOTICES_DUE, type NoticeRecord, type SenderRecord } from './collections.ts'
import { isGranted, isOver } from './expiry.ts'
import { scopeOf, senderAt, senderKeyOf } from './keys.ts'
import { OWNERS, ownerKeyOf } from './owner-records.ts'
import type { Parts } from './parts.ts'
import { type Person, personOf, putSender, requestIds, type Waiting } from './people.ts'
import type { Rules } from './rules.ts'
import { idsIn, isSomebodyElse, keptAliases, mostTelling } from './same-person.ts'
import { pruneSettled, settle } from './settle.ts'
import { toKnownSender } from './shown.ts'
import type { Denied, SenderOutcome } from './types.ts'
import { checkedSender, configuredWhere, denied } from './verbs.ts'

/** One verb about one sender. */
export interface SenderCall {
  readonly parts: Parts
  readonly actor: Actor
  /** As they were named. */
  readonly sender: SenderAddress
  /** Whom the id belongs to: what is decided holds for all their ids. */
  readonly person: Person
  /** `undefined` when the configuration cannot be read; the store can be changed all the same. */
  readonly rules: Rules | undefined
  /** The store names them as an owner. */
  readonly isOwner: boolean
}

/** The verbs that name a sender. */
export type SenderVerb = 'dm.allow' | 'dm.revoke' | 'dm.block' | 'dm.unblock'

/** Checks the sender, asks the authority function and runs the verb in one transaction. */
export async function decideSender(
  parts: Parts,
  decision: { readonly actor: Actor; readonly action: SenderVerb; readonly sender: SenderAddress },
  work: (tx: Transaction, call: SenderCall) => Promise<SenderOutcome>,
): Promise<SenderOutcome> {
  const { actor, action } = decision
  const sender = checkedSender(parts, decision.sender)
  const refused: Denied | undefined = denied({ actor, action, subject: sender })
  if (refused) return refused
  const rules = rulesOrNone(parts, sender)
  return parts.store.transact({ scope: scopeOf(sender), actor, action }, async (tx) => {
    const person = await personOf(tx, sender)
    const isOwner = await isStoreOwner(tx, sender, person)
    return work(tx, { parts, actor, sender, person, rules, isOwner })
  })
}

async function isStoreOwner(
  tx: Transaction,
  { channel }: SenderAddress,
  { ids }: Person,
): Promise<boolean> {
  for (const senderId of ids) {
    if ((await tx.get(OWNERS, ownerKeyOf({ channel, senderId }))) !== undefined) return true
  }
  return false
}

function rulesOrNone(parts: Parts, sender: SenderAddress): Rules | undefined {
  try {
    return parts.rulesOf(sender)
  } catch {
    return undefined
  }
}

/** Where something about a person is written. */
export interface Target {
  readonly senderId: SenderId
  /** What was known before; names and request stay. */
  readonly record: Pick<SenderRecord, 'meta' | 'requestId' | 'aliases'>
}

/** The records of a person; one that is to be made where there is none, under the id by which they asked. */
export function targetsOf(
  { sender, person }: SenderCall,
  asked: Waiting | undefined,
): readonly Target[] {
  if (person.records.length > 0) return person.records
  const senderId = asked?.sender.senderId ?? sender.senderId
  return [{ senderId, record: { meta: asked?.request.meta ?? {} } }]
}

/**
 * The ids that belong to whoever has `own`: a number that passed on leads to two people, and what is said of one must
 * not join them. Who waits and who is let in come first, for they have it now.
 */
export function idsWith(
  { parts, sender, person }: SenderCall,
  own: readonly SenderId[],
  now: EpochMs,
): readonly SenderId[] {
  const kindOf = parts.lastingKindOf(sender.channel)
  const [granted, others] = [true, false].map((isIn) =>
    person.records.filter(({ record }) => isGranted(record, now) === isIn).map(idsIn),
  )
  const groups = [...person.requests.map(requestIds), ...(granted ?? []), ...(others ?? [])]
  const ids = new Set(own)
  const isNext = (group: readonly SenderId[]): boolean =>
    group.some((id) => ids.has(id)) &&
    group.some((id) => !ids.has(id)) &&
    !isSomebodyElse(kindOf, [...ids], group)
  // One may lead on to another that was passed over before.
  for (let group = groups.find(isNext); group !== undefined; group = groups.find(isNext)) {
    for (const id of group) ids.add(id)
  }
  return [...ids]
}

/** Writes what is decided about the person now. */
export async function putState(
  tx: Transaction,
  call: SenderCall,
  {
    state,
    targets,
  }: { readonly state: 'blocked' | 'revoked'; readonly targets: readonly Target[] },
): Promise<void> {
  const { actor, sender } = call
  for (const { senderId, record } of targets) {
    const { meta, requestId } = record
    const ids = idsWith(call, idsIn({ senderId, record }), tx.now)
    await putSender(tx, senderAt(sender, senderId), {
      ...{ state, by: actor, since: tx.now, meta },
      ...(requestId === undefined ? {} : { requestId }),
      ...keptAliases(senderId, ids),
    })
  }
}

/** The person's request; those whose hour is over are settled as that. */
export async function waitingRequest(
  tx: Transaction,
  { person }: SenderCall,
): Promise<Waiting | undefined> {
  for (const waiting of person.requests.filter(({ request }) => isOver(request, tx.now))) {
    settle(tx, waiting, { outcome: 'expired', by: EXPIRY })
  }
  return person.requests.find(({ request }) => !isOver(request, tx.now))
}

/** Takes the person's requests off the list and answers them; `undefined` when there was none. */
export async function dismissRequests(
  tx: Transaction,
  { actor, sender, person }: SenderCall,
  outcome: 'rejected' | 'blocked',
): Promise<Waiting | undefined> {
  for (const waiting of person.requests) {
    const isLate = isOver(waiting.request, tx.now)
    settle(tx, waiting, { outcome: isLate ? 'expired' : outcome, by: actor })
  }
  if (person.requests.length > 0) await pruneSettled(tx, sender)
  return person.requests[0]
}

/** The answer of a verb that was carried out: the person as they stand now, all their ids with them. */
export async function done(
  tx: Transaction,
  { sender }: SenderCall,
  { changed, note }: { readonly changed: boolean; readonly note: string | undefined },
): Promise<SenderOutcome> {
  const { ids, records } = await personOf(tx, sender)
  const named = records.find(({ senderId }) => senderId === sender.senderId)
  const shown = named ?? mostTelling(records, tx.now)
  if (shown === undefined) return { outcome: 'not-known', senderId: sender.senderId }
  const { senderId, record } = shown
  const notice = await noticeOf(tx, sender, [senderId, ...ids])
  const whole = { ...record, ...keptAliases(senderId, ids) }
  return {
    outcome: 'done',
    changed,
    sender: toKnownSender(senderAt(sender, senderId), whole, notice),
    note,
  }
}

async function noticeOf(
  tx: Transaction,
  sender: SenderAddress,
  ids: readonly SenderId[],
): Promise<NoticeRecord | undefined> {
  for (const id of ids) {
    const notice = await tx.get(NOTICES_DUE, senderKeyOf(senderAt(sender, id)))
    if (notice) return notice
  }
  return undefined
}

/** Why a grant of the store does not count at the moment. */
export function grantNote({ rules, person, isOwner }: SenderCall): string | undefined {
  switch (rules?.policy) {
    case 'disabled':
      return 'direct messages are turned off for this account, so nobody can write'
    case 'allowlist':
      return isOwner || configuredWhere(rules, person.ids) !== undefined
        ? undefined
        : `under the policy allowlist only ${rules.source.allowFromSource} counts`
    default:
      return undefined
  }
}

/** What there is to say, as one sentence. */
export function sentence(parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined)
  return said.length > 0 ? said.join('; ') : undefined
}
