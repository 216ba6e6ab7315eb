import { NOTICES, type NoticeRecord } from './collections.ts'
import type { OwnerNoticesComponents } from './components.ts'
import { noticeKeyOf, parseNoticeKey } from './keys.ts'
import type { OwnerNotice, OwnerRef, Waiting } from './types.ts'
import { ownersNow, waitingNow } from './waiting.ts'

/** What {@link readNotices} looks at. */
export type ReadComponents = Pick<OwnerNoticesComponents, 'store' | 'people' | 'devices'>

/** What owners were told, and what they are still to be told, newest first. Reads only; throws what the store throws. */
export async function readNotices(components: ReadComponents): Promise<readonly OwnerNotice[]> {
  const waiting = await waitingNow(components)
  const owners = await ownersNow(components)
  const records = new Map(
    components.store
      .view(NOTICES)
      .entries('')
      .map(({ key, value }) => [key, value]),
  )
  const ids = new Set(waiting.map(({ request }) => request.requestId))
  const told = [...records].flatMap(([key, record]) => toNotice(key, record, ids) ?? [])
  const untold = owners.flatMap((owner) =>
    waiting
      .filter(({ request }) => !records.has(noticeKeyOf(owner, request.requestId)))
      .map((each) => toDue(owner, each)),
  )
  return [...told, ...untold].sort((a, b) => b.at - a.at)
}

function toNotice(
  key: string,
  { about, state, at, tries, kind, account, reason }: NoticeRecord,
  waiting: ReadonlySet<string>,
): OwnerNotice | undefined {
  const parsed = parseNoticeKey(key)
  return (
    parsed && {
      ...parsed.owner,
      requestId: parsed.requestId,
      ...{ about, state, at, tries, account, reason },
      folded: kind === 'fold',
      waiting: waiting.has(parsed.requestId),
    }
  )
}

function toDue({ channel, senderId }: OwnerRef, { about, request }: Waiting): OwnerNotice {
  return {
    ...{ channel, senderId, about },
    requestId: request.requestId,
    state: 'due',
    at: request.createdAt,
    tries: 0,
    folded: false,
    account: undefined,
    reason: undefined,
    waiting: true,
  }
}
