import { isRecord, isText, jsonOf } from '@openclaw/pairing-channel-kit'
import { isSafeGateway } from './api-root.ts'
import { DIRECTS_KEPT } from './limits.ts'
import { type Remembered, remembered } from './remembered.ts'
import { isSnowflake } from './snowflake.ts'

/** A session of the gateway, which can be taken up again for some minutes. */
export interface Session {
  readonly id: string
  /** Where it is taken up. */
  readonly url: string
  readonly shards: number
  /** Everything up to this event is taken in. */
  readonly seq: number
}

/** How far the gateway was read. */
export interface Track {
  session: Session | undefined
  /** The newest message of each direct conversation that was taken in. */
  readonly newest: Remembered<string>
  /** Conversations in which messages may have been missed, each with the last one before that. */
  readonly behind: Remembered<string>
}

/** A track as the mark of a position; `root` says whose gateway it is. */
export function encodeTrack(root: string, { session, newest, behind }: Track): string {
  return JSON.stringify({ root, session, newest: newest.entries(), behind: behind.entries() })
}

/** Reads a mark; what is damaged or of another root is left out. */
export function decodeTrack(root: string, mark: string | undefined): Track {
  const saved = mark === undefined ? undefined : jsonOf(mark)
  const { root: of, session, newest, behind } = isRecord(saved) ? (saved as SavedTrack) : {}
  const entries = (list: unknown): readonly (readonly [string, string])[] =>
    of === root && Array.isArray(list) ? list.filter(isEntry) : []
  return {
    session: of === root ? sessionOf(session) : undefined,
    newest: remembered(DIRECTS_KEPT, entries(newest)),
    behind: remembered(DIRECTS_KEPT, entries(behind)),
  }
}

/** Whatever comes now, something may be missing before it. */
export function fallBehind({ newest, behind }: Track): void {
  for (const [channel, id] of newest.entries())
    if (behind.get(channel) === undefined) behind.set(channel, id)
}

interface SavedTrack {
  readonly root?: unknown
  readonly session?: unknown
  readonly newest?: unknown
  readonly behind?: unknown
}

const isEntry = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every(isSnowflake)

function sessionOf(saved: unknown): Session | undefined {
  if (!isRecord(saved)) return undefined
  const { id, url, shards, seq } = saved as Readonly<Partial<Record<keyof Session, unknown>>>
  if (!isText(id) || !isSafeGateway(url)) return undefined
  if (!Number.isSafeInteger(shards) || !Number.isSafeInteger(seq)) return undefined
  return { id, url, shards: Number(shards), seq: Number(seq) }
}
