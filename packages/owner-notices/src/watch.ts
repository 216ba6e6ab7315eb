import { waker } from '@openclaw/pairing-channel-kit'
import type { Collection, CredentialStore, Json } from '@openclaw/pairing-contracts'
import { POLL_MS } from './limits.ts'

/** A change in one of these can make a message due. */
const TELLING: ReadonlySet<string> = new Set([
  'dm.requests',
  'devices.requests',
  'dm.owners',
  'owner.places',
])

/** Only its position is looked at. */
const anything: Collection<Json> = {
  name: 'dm.requests',
  decode: (value) => value,
  encode: (value) => value,
}

/** Calls `wake` whenever somebody new waits, until `signal` aborts; begins again after an error. Never rejects. */
export async function watchRequests(
  store: CredentialStore,
  { wake, onError }: { readonly wake: () => void; readonly onError: (error: unknown) => void },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { changes } of store.changes(store.view(anything).seq(), signal)) {
        if (changes.some(({ collection }) => TELLING.has(collection))) wake()
      }
    } catch (error) {
      onError(error)
      await waker(signal).next(POLL_MS)
      wake()
    }
  }
}
