import { describeActor } from '@openclaw/pairing-authority'
import type { SenderAddress, Sha256 } from '@openclaw/pairing-contracts'
import type { NoticeRecord, RequestRecord, SenderRecord, SettledRecord } from './collections.ts'
import { digestOf } from './digest.ts'
import { keptAliases } from './same-person.ts'
import type {
  KnownSender,
  NoticeState,
  PendingRequest,
  SettledRequest,
  WaitingRequest,
} from './types.ts'

/** A request as people see it in a list. */
export function toWaitingRequest(
  { channel, account, senderId }: SenderAddress,
  { requestId, code, createdAt, lastSeenAt, expiresAt, aliases = [], meta }: RequestRecord,
): WaitingRequest {
  return {
    channel,
    account,
    senderId,
    requestId,
    code,
    createdAt,
    lastSeenAt,
    expiresAt,
    ...keptAliases(senderId, aliases),
    meta,
  }
}

/** The same with its digest, for whoever decides. */
export function toPendingRequest(
  sha256: Sha256,
  sender: SenderAddress,
  request: RequestRecord,
): PendingRequest {
  const shown = toWaitingRequest(sender, request)
  return { ...shown, digest: digestOf(sha256, shown) }
}

/** A sender of the store as people see them. */
export function toKnownSender(
  { channel, account, senderId }: SenderAddress,
  record: SenderRecord,
  notice: NoticeRecord | undefined,
): KnownSender {
  return {
    channel,
    account,
    senderId,
    state: record.state,
    via: 'store',
    since: record.since,
    expiresAt: record.state === 'allowed' ? record.expiresAt : undefined,
    by: describeActor(record.by),
    ...keptAliases(senderId, record.aliases ?? []),
    meta: record.meta,
    notice: approvalNotice(notice),
  }
}

/** What became of telling a sender that they were approved. */
export function approvalNotice(notice: NoticeRecord | undefined): NoticeState | undefined {
  return notice === undefined || notice.kind === 'rejected' ? undefined : toNoticeState(notice)
}

/** What became of a request, as people see it. */
export function toSettledRequest(
  { channel, account }: Pick<SenderAddress, 'channel' | 'account'>,
  requestId: string,
  record: Pick<SettledRecord, 'senderId' | 'outcome' | 'at' | 'by'>,
): SettledRequest {
  const { senderId, outcome, at } = record
  return { channel, account, senderId, requestId, outcome, at, by: describeActor(record.by) }
}

/** What became of a notice, as people see it. */
export function toNoticeState({ state, at, reason = '' }: NoticeRecord): NoticeState {
  switch (state) {
    case 'due':
      return { state }
    case 'sending':
      return { state, since: at }
    case 'sent':
      return { state, at }
    default:
      return { state, at, reason }
  }
}
