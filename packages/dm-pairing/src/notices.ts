import type {
  ChannelAddress,
  Entry,
  EpochMs,
  SenderAddress,
  SendOutcome,
  Transaction,
} from '@openclaw/pairing-contracts'
import { NOTICES } from './actors.ts'
import { NOTICES_DUE, type NoticeRecord, REQUESTS, type RequestRecord } from './collections.ts'
import { printable } from './display.ts'
import { isGranted } from './expiry.ts'
import { parseSenderKey, prefixOf, scopeOf, senderKeyOf } from './keys.ts'
import { MAX_NOTICE_REASON, MAX_NOTICES, NOTICE_CLAIM_MS, NOTICE_LIFE_MS } from './limits.ts'
import { OWNERS, ownerKeyOf } from './owner-records.ts'
import type { Parts } from './parts.ts'
import { knownUnder } from './people.ts'
import type { DueNotice } from './types.ts'

/** What the sender of a decided request reads. */
const TEXTS: Readonly<Record<DueNotice['kind'], string>> = {
  approved: 'Approved: you can write to this assistant now.',
  rejected:
    'Your request to write to this assistant was not approved. If you think it should be, please ask its owner another way.',
}

/** True where a decision is announced: everywhere but on accounts that answer nobody. */
export function announces(parts: Parts, address: ChannelAddress): boolean {
  try {
    return parts.rulesOf(address).source.replyMode !== 'silent'
  } catch {
    // A broken configuration must not stop an approval.
    return true
  }
}

/** The notice of a decision; one that can go nowhere says so at once. */
export function dueNotice(
  request: Pick<RequestRecord, 'requestId' | 'replyTo'>,
  now: EpochMs,
  told: DueNotice['kind'] = 'approved',
): NoticeRecord {
  const { requestId, replyTo } = request
  const kind = told === 'approved' ? {} : { kind: told }
  const notice = { ...kind, requestId, createdAt: now, at: now }
  return replyTo === undefined
    ? { ...notice, replyTo: '', state: 'unsupported', reason: 'where to answer is not known' }
    : { ...notice, replyTo, state: 'due' }
}

/** Notices of an account that are due, oldest first. */
export function dueNotices(parts: Parts, address: ChannelAddress): readonly DueNotice[] {
  const now = parts.clock.now()
  const due = parts.views
    .notices()
    .entries(prefixOf(address))
    .filter(({ value }) => value.state === 'due' && now - value.createdAt < NOTICE_LIFE_MS)
    .sort((a, b) => a.value.createdAt - b.value.createdAt)
  return due.flatMap((entry) => {
    const sender = parseSenderKey(entry.key)
    return sender ? [toDueNotice(sender, entry.value)] : []
  })
}

function toDueNotice(sender: SenderAddress, notice: NoticeRecord): DueNotice {
  return {
    ...sender,
    noticeId: noticeIdOf(sender, notice),
    kind: kindOf(notice),
    replyTo: notice.replyTo,
    text: TEXTS[kindOf(notice)],
  }
}

/** What the notice tells. */
export function kindOf({ kind }: Pick<NoticeRecord, 'kind'>): DueNotice['kind'] {
  return kind ?? 'approved'
}

/** Names one decision: a later one about the same sender has another request, or another time. */
function noticeIdOf(sender: SenderAddress, notice: NoticeRecord): string {
  return `${notice.requestId}@${String(notice.createdAt)}@${senderKeyOf(sender)}`
}

/** Claims a notice before it is sent; false when it is not due any more or what it tells is not so any more. */
export async function claimNotice(parts: Parts, noticeId: string): Promise<boolean> {
  return changeNotice(parts, noticeId, async (tx, { key, sender, value }) => {
    if (value.state !== 'due') return false
    if (tx.now - value.createdAt >= NOTICE_LIFE_MS) return close(tx, key, tooOld(value, tx.now))
    const stale = await notTrueAnyMore(tx, sender, kindOf(value))
    if (stale !== undefined) return close(tx, key, failed(value, tx.now, stale))
    const claimed: NoticeRecord = { ...value, state: 'sending', at: tx.now }
    tx.put(NOTICES_DUE, key, claimed)
    return true
  })
}

/** Why a notice would tell what is not so any more; `undefined`: it is. */
async function notTrueAnyMore(
  tx: Transaction,
  sender: SenderAddress,
  kind: DueNotice['kind'],
): Promise<string | undefined> {
  const letIn = await isLetIn(tx, sender)
  if (kind === 'approved') return letIn ? undefined : 'the sender is not let in any more'
  if (letIn) return 'the sender was let in meanwhile'
  const records = await knownUnder(tx, sender, [sender.senderId])
  if (records.some(({ record }) => record.state === 'blocked')) {
    return 'the sender was blocked meanwhile'
  }
  const request = await tx.get(REQUESTS, senderKeyOf(sender))
  return request && 'the sender asked again meanwhile'
}

/** Approved, or an owner whom nobody blocked. */
async function isLetIn(tx: Transaction, sender: SenderAddress): Promise<boolean> {
  const records = await knownUnder(tx, sender, [sender.senderId])
  if (records.some(({ record }) => record.state === 'blocked')) return false
  if (records.some(({ record }) => isGranted(record, tx.now))) return true
  return (await tx.get(OWNERS, ownerKeyOf(sender))) !== undefined
}

/** Records what became of a claimed notice; of one that was given up meanwhile too, for now it is known. */
export async function settleNotice(
  parts: Parts,
  noticeId: string,
  outcome: SendOutcome,
): Promise<void> {
  await changeNotice(parts, noticeId, (tx, { key, value }) => {
    if (value.state !== 'sending' && value.state !== 'unknown') return false
    return close(tx, key, afterSend(value, tx.now, outcome))
  })
}

function afterSend(notice: NoticeRecord, now: EpochMs, outcome: SendOutcome): NoticeRecord {
  const { reason: _, ...rest } = notice
  if (outcome.outcome === 'sent') return { ...rest, state: 'sent', at: now }
  const state = outcome.outcome === 'refused' ? 'failed' : outcome.outcome
  return { ...rest, state, at: now, reason: printable(outcome.reason, MAX_NOTICE_REASON) }
}

/** A notice, and whom it is for. */
interface Named extends Entry<NoticeRecord> {
  readonly sender: SenderAddress
}

async function changeNotice(
  parts: Parts,
  noticeId: string,
  work: (tx: Transaction, notice: Named) => boolean | Promise<boolean>,
): Promise<boolean> {
  const key = noticeId.split('@').slice(2).join('@')
  const sender = parseSenderKey(key)
  if (sender === undefined) return false
  return parts.store.transact(
    { scope: scopeOf(sender), actor: NOTICES, action: 'dm.notice' },
    async (tx) => {
      const value = await tx.get(NOTICES_DUE, key)
      if (value === undefined || noticeIdOf(sender, value) !== noticeId) return false
      return work(tx, { key, sender, value })
    },
  )
}

function close(tx: Transaction, key: string, notice: NoticeRecord): false {
  tx.put(NOTICES_DUE, key, notice)
  return false
}

function failed(notice: NoticeRecord, now: EpochMs, reason: string): NoticeRecord {
  return { ...notice, state: 'failed', at: now, reason }
}

function tooOld(notice: NoticeRecord, now: EpochMs): NoticeRecord {
  return failed(notice, now, 'too old: nobody could send it for a day')
}

/** True for a notice that {@link tendNotices} would change. */
export function needsTending(notice: NoticeRecord, now: EpochMs): boolean {
  if (notice.state === 'sending') return now - notice.at >= NOTICE_CLAIM_MS
  return notice.state === 'due' && now - notice.createdAt >= NOTICE_LIFE_MS
}

/**
 * Gives up what is over: claims of processes that died become `unknown`, or due again where the platform drops a
 * second send; what waited a day fails. Keeps at most {@link MAX_NOTICES} per account.
 */
export async function tendNotices(
  tx: Transaction,
  address: ChannelAddress,
  channel: { readonly idempotentSend: boolean },
): Promise<void> {
  const notices = await tx.list(NOTICES_DUE, prefixOf(address))
  for (const { key, value } of notices) {
    if (needsTending(value, tx.now)) tx.put(NOTICES_DUE, key, tended(value, tx.now, channel))
  }
  const newestFirst = [...notices].sort((a, b) => b.value.createdAt - a.value.createdAt)
  for (const { key } of newestFirst.slice(MAX_NOTICES)) tx.remove(NOTICES_DUE, key)
}

function tended(
  notice: NoticeRecord,
  now: EpochMs,
  { idempotentSend }: { readonly idempotentSend: boolean },
): NoticeRecord {
  if (notice.state === 'due') return tooOld(notice, now)
  if (idempotentSend) return { ...notice, state: 'due', at: now }
  const reason = 'the process that was sending it ended; it may or may not have arrived'
  return { ...notice, state: 'unknown', at: now, reason }
}
