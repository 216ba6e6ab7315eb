import type { CredentialStore, Entry, EpochMs } from '@openclaw/pairing-contracts'
import { NOTICES, type NoticeRecord } from './collections.ts'
import { NOTICES_SCOPE, ownerKeyOf, parseNoticeKey } from './keys.ts'
import { CLAIM_MS, KEPT_MS, MAX_KEPT, RETRY_AFTER_MS } from './limits.ts'
import type { OwnerRef } from './types.ts'
import { NOTICES_ACTOR } from './waiting.ts'

/** What {@link tidyNotices} must know. */
export interface TidyOptions {
  /** The ids of the requests that wait; what is known of them is kept, or they would be told of again. */
  readonly waiting: ReadonlySet<string>
  /** True where the platform drops a second send with the same key. */
  readonly dropsSecond: (owner: OwnerRef) => boolean
}

/**
 * Gives up what is over: claims of processes that died become `unknown`, or due again where the platform drops a second
 * send; what was to be tried again has failed when its request ended. Keeps the newest 200 of those per owner, for 30 days.
 */
export async function tidyNotices(
  { store, now }: { readonly store: CredentialStore; readonly now: EpochMs },
  options: TidyOptions,
): Promise<void> {
  const seen = store.view(NOTICES).entries('')
  const isTidy = seen.every((entry) => tidied(entry, now, options) === entry.value)
  if (isTidy && surplus(seen, now, options).length === 0) return
  await store.transact(
    { scope: NOTICES_SCOPE, actor: NOTICES_ACTOR, action: 'owner.notice' },
    async (tx) => {
      const entries = await tx.list(NOTICES, '')
      for (const entry of entries) {
        const value = tidied(entry, tx.now, options)
        if (value !== entry.value) tx.put(NOTICES, entry.key, value)
      }
      for (const key of surplus(entries, tx.now, options)) tx.remove(NOTICES, key)
    },
  )
}

function tidied(
  { key, value }: Entry<NoticeRecord>,
  now: EpochMs,
  { waiting, dropsSecond }: TidyOptions,
): NoticeRecord {
  const parsed = parseNoticeKey(key)
  if (parsed === undefined) return value
  if (value.state === 'due' && !waiting.has(parsed.requestId)) {
    const { retryAt: _, ...record } = value
    const reason = `${value.reason ?? 'not sent'}; the request ended before the next try`
    return { ...record, state: 'failed', at: now, reason }
  }
  if (value.state !== 'sending' || Math.abs(now - value.at) < CLAIM_MS) return value
  if (dropsSecond(parsed.owner) && value.tries <= RETRY_AFTER_MS.length) {
    return { ...value, state: 'due', at: now, retryAt: now }
  }
  const reason = 'the gateway stopped while it was sent; it may or may not have arrived'
  return { ...value, state: 'unknown', at: now, reason }
}

/** The keys of what is kept no longer. */
function surplus(
  entries: readonly Entry<NoticeRecord>[],
  now: EpochMs,
  { waiting }: TidyOptions,
): readonly string[] {
  const over = new Map<string, Entry<NoticeRecord>[]>()
  const nonsense: string[] = []
  for (const entry of entries) {
    const parsed = parseNoticeKey(entry.key)
    if (parsed === undefined) nonsense.push(entry.key)
    else if (!waiting.has(parsed.requestId) && entry.value.state !== 'sending') {
      const owner = ownerKeyOf(parsed.owner)
      over.set(owner, [...(over.get(owner) ?? []), entry])
    }
  }
  const kept = [...over.values()].flatMap((each) => tooOld(each, now))
  return [...nonsense, ...kept]
}

function tooOld(entries: readonly Entry<NoticeRecord>[], now: EpochMs): readonly string[] {
  const newestFirst = entries.toSorted((a, b) => b.value.at - a.value.at)
  return newestFirst
    .filter(({ value }, index) => index >= MAX_KEPT || now - value.at > KEPT_MS)
    .map(({ key }) => key)
}
