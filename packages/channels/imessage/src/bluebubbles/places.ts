import type { SenderId } from '@openclaw/pairing-contracts'
import { PLACES_KEPT } from '../limits.ts'

/** Which chat is with whom, as far as it was seen; macOS has called chats `iMessage;-;…`, and `any;-;…` since 26. */
export interface Places {
  readonly seen: (handle: SenderId, chatGuid: string) => void
  readonly of: (handle: SenderId) => string | undefined
}

/** None seen yet. */
export function places(): Places {
  const known = new Map<SenderId, string>()
  return {
    seen: (handle, chatGuid) => {
      known.delete(handle)
      known.set(handle, chatGuid)
      const [oldest] = known.keys()
      if (known.size > PLACES_KEPT && oldest !== undefined) known.delete(oldest)
    },
    of: (handle) => known.get(handle),
  }
}
