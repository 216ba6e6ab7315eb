import type { Webchat } from '@openclaw/channel-webchat'
import type { ChannelLog, CredentialStore } from '@openclaw/pairing-contracts'
import { follow } from './follow.ts'

/** What {@link keepPagesFresh} works with. */
export interface PagesComponents {
  readonly store: CredentialStore
  readonly chat: Webchat
  readonly log: ChannelLog
}

/** A change in one of these can change how a visitor stands. */
const TELLING: ReadonlySet<string> = new Set(['dm.senders', 'dm.requests', 'dm.rests'])

/** Shows open pages what was decided, wherever it was decided, until `signal` aborts. Never rejects. */
export function keepPagesFresh(
  { store, chat, log }: PagesComponents,
  signal: AbortSignal,
): Promise<void> {
  return follow(
    {
      store,
      log,
      onEntry: ({ changes }) => {
        if (changes.some(({ collection }) => TELLING.has(collection))) void chat.refresh()
      },
    },
    signal,
  )
}
