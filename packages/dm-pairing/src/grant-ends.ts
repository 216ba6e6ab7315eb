import {
  type Collection,
  type Entry,
  type EpochMs,
  isOpenClawError,
  type OpenClawError,
  type SenderAddress,
  type Walk,
} from '@openclaw/pairing-contracts'
import { SENDER_STATES, SENDERS } from './collections.ts'
import { type Ends, noEnds } from './ends.ts'
import { readFields } from './fields.ts'
import { parseSenderKey } from './keys.ts'
import { MAX_ENDED_AT_ONCE, SLOW_SCAN_MS, WALK_PIECE, WALK_PIECES } from './limits.ts'
import type { Parts } from './parts.ts'

/** Knows which grants will end, however many senders there are: it looks at each once, and again when it changed. */
export interface GrantEnds {
  /** Follows the senders for a bounded while and lets others run in between; answers why records could not be read. */
  readonly follow: (pieces?: number) => Promise<readonly OpenClawError[]>
  /**
   * Senders whose grant is over, {@link MAX_ENDED_AT_ONCE} at most. One of whom nothing was written is named again after
   * {@link SLOW_SCAN_MS}: an account that fails does not stand before the others.
   */
  readonly over: (now: EpochMs) => readonly SenderAddress[]
}

/** Nobody looked at yet. */
export function grantEnds(parts: Parts): GrantEnds {
  const ends = noEnds()
  let walk: Walk<EpochMs | undefined> | undefined
  return {
    follow: async (pieces = parts.pause === undefined ? 1 : WALK_PIECES) => {
      walk ??= parts.store.view(ENDS_OF_GRANTS).walk()
      const damaged: OpenClawError[] = []
      for (let piece = 1; ; piece += 1) {
        const found = walk.next(WALK_PIECE)
        for (const entry of found.entries) note(ends, entry)
        damaged.push(...found.damaged)
        if (!found.more || piece >= pieces) return damaged
        await parts.pause?.()
      }
    },
    over: (now) => {
      const found: SenderAddress[] = []
      for (let seen = 0; seen < MAX_ENDED_AT_ONCE; seen += 1) {
        const key = ends.over(now)
        if (key === undefined) break
        ends.set(key, (now + SLOW_SCAN_MS) as EpochMs)
        const at = endOf(parts, key)
        const sender = parseSenderKey(key)
        if (at === undefined || sender === undefined) ends.remove(key)
        else if (at <= now) found.push(sender)
        else ends.set(key, at)
      }
      return found
    },
  }
}

/** Of each sender only when a grant ends: of a million, all else would be read for nothing. */
const ENDS_OF_GRANTS: Collection<EpochMs | undefined> = {
  name: SENDERS.name,
  decode: (value) => {
    const fields = readFields(SENDERS.name, value)
    const state = fields.oneOf('state', SENDER_STATES)
    const expiresAt = fields.maybeTime('expiresAt')
    return state === 'allowed' ? expiresAt : undefined
  },
  encode: () => {
    throw new TypeError('an end alone is no sender')
  },
}

function note(ends: Ends, { key, value }: Entry<EpochMs | undefined>): void {
  if (value === undefined) ends.remove(key)
  else ends.set(key, value)
}

/** When the grant ends as the store has it now: it may have been removed, which no walk tells. */
function endOf(parts: Parts, key: string): EpochMs | undefined {
  try {
    const record = parts.views.senders().peek(key)
    return record?.state === 'allowed' ? record.expiresAt : undefined
  } catch (error) {
    // one that cannot be read lets nobody in; when it is mended, the walk comes to it
    if (isOpenClawError(error) && error.code === 'ERR_STORE_RECORD_DAMAGED') return undefined
    throw error
  }
}
