import { printable } from '@openclaw/dm-pairing'
import type {
  AccountId,
  CredentialStore,
  EpochMs,
  SendOutcome,
  Transaction,
} from '@openclaw/pairing-contracts'
import { NOTICES, type NoticeRecord } from './collections.ts'
import { isSameOwner, NOTICES_SCOPE, noticeKeyOf, ownerKeyOf, parseNoticeKey } from './keys.ts'
import { MAX_REASON, RETRY_AFTER_MS } from './limits.ts'
import { type Message, planNext, type Situation } from './plan.ts'
import type { OwnerRef } from './types.ts'
import { NOTICES_ACTOR } from './waiting.ts'

/** A message that this process, and no other, is to send. */
export interface Claim {
  readonly owner: OwnerRef
  readonly message: Message
  readonly batch: string
  readonly tries: number
  readonly dropsSecond: boolean
}

/** What is claimed for whom, and through what. */
export interface ClaimAsk {
  readonly situation: Omit<Situation, 'now' | 'records'>
  readonly account: AccountId
  readonly replyTo: string
  readonly dropsSecond: boolean
}

/** What became of a claimed message. */
export type ClaimOutcome = SendOutcome | { readonly outcome: 'over'; readonly reason: string }

/** Writes about messages to owners. */
const INTENT = { scope: NOTICES_SCOPE, actor: NOTICES_ACTOR, action: 'owner.notice' } as const

/** What became of earlier messages to an owner, from memory. */
export function recordsOf(
  store: CredentialStore,
  owner: OwnerRef,
): ReadonlyMap<string, NoticeRecord> {
  return ofOwner(owner, store.view(NOTICES).entries(`${ownerKeyOf(owner)}/`))
}

/**
 * Claims the next message before it is sent: chosen anew within the transaction, so that of several gateways one alone
 * gets it. `undefined`: there is none any more.
 */
export function claimNext(store: CredentialStore, ask: ClaimAsk): Promise<Claim | undefined> {
  const { owner } = ask.situation
  return store.transact(INTENT, async (tx) => {
    const records = ofOwner(owner, await tx.list(NOTICES, `${ownerKeyOf(owner)}/`))
    const { next } = planNext({ ...ask.situation, records, now: tx.now })
    return next && writeClaim(tx, ask, { next, records })
  })
}

function writeClaim(
  tx: Transaction,
  { situation: { owner }, account, replyTo, dropsSecond }: ClaimAsk,
  { next, records }: { readonly next: Message; readonly records: Situation['records'] },
): Claim {
  const { kind, waiting } = next
  const [first] = waiting
  const before = first && records.get(first.request.requestId)
  const batch = next.batch ?? `${first?.request.requestId ?? ''}@${String(tx.now)}`
  const tries = (before?.tries ?? 0) + 1
  for (const { about, request } of waiting) {
    const createdAt = records.get(request.requestId)?.createdAt ?? tx.now
    const times = { createdAt, claimedAt: tx.now, at: tx.now }
    tx.put(NOTICES, noticeKeyOf(owner, request.requestId), {
      ...{ about, state: 'sending', account, replyTo, batch, kind, tries },
      ...times,
    })
  }
  return { owner, message: next, batch, tries, dropsSecond }
}

/** Records what became of a claimed message; of one that was given up meanwhile too, for now it is known. */
export function settleClaim(
  store: CredentialStore,
  claim: Claim,
  outcome: ClaimOutcome,
): Promise<void> {
  return store.transact(INTENT, async (tx) => {
    for (const { request } of claim.message.waiting) {
      const key = noticeKeyOf(claim.owner, request.requestId)
      const record = await tx.get(NOTICES, key)
      if (record === undefined || !isOpen(record, claim)) continue
      tx.put(NOTICES, key, afterSend(record, { ...claim, now: tx.now }, outcome))
    }
  })
}

function isOpen({ state, batch, tries }: NoticeRecord, claim: Claim): boolean {
  return (
    (state === 'sending' || state === 'unknown') && batch === claim.batch && tries === claim.tries
  )
}

function afterSend(
  { retryAt: _, reason: __, ...record }: NoticeRecord,
  { now, dropsSecond }: { readonly now: EpochMs; readonly dropsSecond: boolean },
  outcome: ClaimOutcome,
): NoticeRecord {
  if (outcome.outcome === 'sent') return { ...record, state: 'sent', at: now }
  const reason = printable(outcome.reason, MAX_REASON)
  const pause = RETRY_AFTER_MS[record.tries - 1]
  const mayRepeat = outcome.outcome === 'failed' || (outcome.outcome === 'unknown' && dropsSecond)
  if (mayRepeat && pause !== undefined) {
    return { ...record, state: 'due', at: now, retryAt: (now + pause) as EpochMs, reason }
  }
  const state = outcome.outcome === 'refused' ? 'failed' : outcome.outcome
  return { ...record, state, at: now, reason }
}

function ofOwner(
  owner: OwnerRef,
  entries: readonly { readonly key: string; readonly value: NoticeRecord }[],
): ReadonlyMap<string, NoticeRecord> {
  return new Map(
    entries.flatMap(({ key, value }) => {
      const parsed = parseNoticeKey(key)
      // An id may hold a slash, and then begins like another one.
      return parsed && isSameOwner(parsed.owner, owner) ? [[parsed.requestId, value]] : []
    }),
  )
}
