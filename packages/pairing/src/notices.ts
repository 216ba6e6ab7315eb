import type { DmPairing, DueNotice } from '@openclaw/dm-pairing'
import { waker } from '@openclaw/pairing-channel-kit'
import type { ChannelAddress, Collection, CredentialStore, Json } from '@openclaw/pairing-contracts'
import { NOTICE_POLL_MS, NOTICE_READY_MS, NOTICES_PER_PASS } from './limits.ts'
import type { Send } from './types.ts'

/** What a {@link noticeRunner} works with. */
export interface NoticeComponents {
  readonly people: DmPairing
  readonly store: CredentialStore
  readonly send: Send
}

/** How a {@link noticeRunner} runs. */
export interface NoticeOptions {
  readonly address: ChannelAddress
  /** Asked before each pass, and four times a second while it says no; notices wait while the channel cannot send. */
  readonly ready: () => boolean
  readonly onError: (error: unknown) => void
}

/** Only watched, never read. */
const anyNotice: Collection<Json> = {
  name: 'dm.notices',
  decode: (value) => value,
  encode: (value) => value,
}

async function sendOne({ people, send }: NoticeComponents, notice: DueNotice): Promise<void> {
  if (!(await people.claimNotice(notice.noticeId))) return
  const message = { to: notice.replyTo, text: notice.text, idempotencyKey: notice.noticeId }
  const outcome = await send(message).catch((error: unknown) => ({
    outcome: 'unknown' as const,
    reason: error instanceof Error ? error.name : 'the send was broken off',
  }))
  await people.settleNotice(notice.noticeId, outcome)
}

async function pass(components: NoticeComponents, options: NoticeOptions): Promise<void> {
  const due = await components.people.dueNotices(options.address)
  for (const notice of due.slice(0, NOTICES_PER_PASS)) await sendOne(components, notice)
}

/**
 * Sends the notices of one account as they become due, by whoever made them due, until `signal` aborts.
 * The journal wakes it; a slow poll stands behind it.
 */
export async function noticeRunner(
  components: NoticeComponents,
  options: NoticeOptions,
  signal: AbortSignal,
): Promise<void> {
  const wake = waker(signal)
  void watch(components.store, wake.now, signal).catch(options.onError)
  while (!signal.aborted) {
    const isReady = options.ready()
    if (isReady) await pass(components, options).catch(options.onError)
    await wake.next(isReady ? NOTICE_POLL_MS : NOTICE_READY_MS)
  }
}

async function watch(store: CredentialStore, wake: () => void, signal: AbortSignal): Promise<void> {
  const since = store.view(anyNotice).seq()
  for await (const entry of store.changes(since, signal)) {
    if (entry.changes.some(({ collection }) => collection === anyNotice.name)) wake()
  }
}
