import type { KnownSender, NoticeState, PendingList, WaitingRequest } from '@openclaw/dm-pairing'
import { iso } from '../output/time.ts'

/** A pending request as scripts read it. `id` is the sender's, as in OpenClaw; `requestId` is the request's. */
export function requestJson(request: WaitingRequest) {
  return {
    id: request.senderId,
    ...aliasesJson(request.aliases),
    code: request.code,
    createdAt: iso(request.createdAt),
    lastSeenAt: iso(request.lastSeenAt),
    meta: request.meta,
    requestId: request.requestId,
    account: request.account,
    expiresAt: iso(request.expiresAt),
  }
}

/** The lists of one channel's accounts as scripts read them. */
export function channelJson(channel: string, lists: readonly PendingList[]) {
  return {
    channel,
    requests: lists.flatMap(({ requests }) => requests.map(requestJson)),
    turnedAway: turnedAwayJson(lists),
    accounts: lists.map((list) => ({
      account: list.account,
      pending: list.requests.length,
      maxPending: list.maxPending,
      turnedAway: turnedAwayJson([list]),
    })),
  }
}

/** How many were turned away, over several accounts. */
function turnedAwayJson(lists: readonly PendingList[]) {
  const figures = lists.flatMap(({ turnedAway }) => (turnedAway === undefined ? [] : [turnedAway]))
  if (figures.length === 0) return { count: 0 }
  return {
    count: figures.reduce((sum, { count }) => sum + count, 0),
    since: iso(Math.min(...figures.map(({ since }) => since))),
    lastAt: iso(Math.max(...figures.map(({ lastAt }) => lastAt))),
  }
}

/** A known sender as scripts read them. */
export function senderJson(sender: KnownSender) {
  return {
    id: sender.senderId,
    ...aliasesJson(sender.aliases),
    channel: sender.channel,
    account: sender.account,
    state: sender.state,
    via: sender.via,
    since: maybeIso(sender.since),
    expiresAt: maybeIso(sender.expiresAt),
    by: sender.by ?? null,
    meta: sender.meta,
    notice: sender.notice === undefined ? null : noticeJson(sender.notice),
  }
}

/** What became of telling somebody, as scripts read it. */
export function noticeJson(notice: NoticeState) {
  return {
    state: notice.state,
    ...('at' in notice ? { at: iso(notice.at) } : {}),
    ...('since' in notice ? { since: iso(notice.since) } : {}),
    ...('reason' in notice ? { reason: notice.reason } : {}),
  }
}

/** Other ids of the same person; nothing where none is known. */
function aliasesJson(aliases: readonly string[] = []) {
  return aliases.length === 0 ? {} : { aliases }
}

function maybeIso(at: number | undefined): string | null {
  return at === undefined ? null : iso(at)
}
