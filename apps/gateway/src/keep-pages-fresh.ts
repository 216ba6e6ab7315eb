import { setTimeout as sleep } from 'node:timers/promises'
import type { Webchat } from '@openclaw/channel-webchat'
import type { ChannelLog, Collection, CredentialStore, Json } from '@openclaw/pairing-contracts'
import { inWords } from './channels/supervise.ts'
import { FOLLOW_AGAIN_MS } from './limits.ts'

/** What {@link keepPagesFresh} works with. */
export interface PagesComponents {
  readonly store: CredentialStore
  readonly chat: Webchat
  readonly log: ChannelLog
}

/** A change in one of these can change how a visitor stands. */
const TELLING: ReadonlySet<string> = new Set(['dm.senders', 'dm.requests', 'dm.rests'])

/** Only its position is looked at. */
const anything: Collection<Json> = {
  name: 'dm.senders',
  decode: (value) => value,
  encode: (value) => value,
}

/** Shows open pages what was decided, wherever it was decided, until `signal` aborts. Never rejects. */
export async function keepPagesFresh(
  { store, chat, log }: PagesComponents,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { changes } of store.changes(store.view(anything).seq(), signal)) {
        if (changes.some(({ collection }) => TELLING.has(collection))) void chat.refresh()
      }
    } catch (error) {
      log('warn', 'journal-not-followed', { reason: inWords(error) })
      await sleep(FOLLOW_AGAIN_MS, undefined, { signal }).catch(() => {})
    }
  }
}
