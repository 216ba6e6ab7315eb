import { setTimeout as sleep } from 'node:timers/promises'
import type { ChannelLog, CredentialStore, JournalEntry } from '@openclaw/pairing-contracts'
import { inWords } from './channels/supervise.ts'
import { headOf } from './head.ts'
import { FOLLOW_AGAIN_MS } from './limits.ts'

/** What {@link follow} works with. */
export interface FollowComponents {
  readonly store: CredentialStore
  readonly log: ChannelLog
  /** Told of each transaction, in order, by whichever process it was made. */
  readonly onEntry: (entry: JournalEntry) => void
  /** Told after a gap, of which nothing is told one by one. */
  readonly onGap?: () => void
}

/** Follows the journal from now on, until `signal` aborts; begins again after an error. Never rejects. */
export async function follow(
  { store, log, onEntry, onGap }: FollowComponents,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const entry of store.changes(headOf(store), signal)) onEntry(entry)
    } catch (error) {
      log('warn', 'journal-not-followed', { reason: inWords(error) })
      await sleep(FOLLOW_AGAIN_MS, undefined, { signal }).catch(() => {})
      onGap?.()
    }
  }
}
