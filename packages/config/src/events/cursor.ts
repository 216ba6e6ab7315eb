import type { EpochMs, Json } from '@openclaw/pairing-contracts'
import type { ConfigFiles } from '../ports.ts'
import { isObject } from '../read/document.ts'
import type { Paths } from '../types.ts'

/** Why the receiver of events does not take them. */
export interface EventsTrouble {
  /** Since the first try that failed. */
  readonly since: EpochMs
  /** Without the address, which may hold a secret. */
  readonly reason: string
}

/** How far the events of the journal were sent, as the gateway keeps it in a file of its own. */
export interface EventsCursor {
  /** Drawn once; part of each event's id. */
  readonly source: string
  /** The last entry that was sent, refused, or not chosen; 0 before the first. */
  readonly seq: number
  /** When that entry was written; 0 before the first. */
  readonly time: EpochMs
  /** The receiver refused so many for good. */
  readonly refused: number
  /** What it said when it did last. */
  readonly lastRefusal?: { readonly at: EpochMs; readonly seq: number; readonly reason: string }
  /** There while tries fail. */
  readonly trouble?: EventsTrouble
}

/** The file of the {@link EventsCursor}. */
export function eventsCursorPath(
  { stateDir }: Pick<Paths, 'stateDir'>,
  { join }: Pick<ConfigFiles, 'join'>,
): string {
  return join(stateDir, 'events', 'cursor.json')
}

/** Reads what stands in the file; `undefined` for anything that the gateway does not write. */
export function decodeEventsCursor(json: unknown): EventsCursor | undefined {
  if (!isObject(json as Json)) return undefined
  const { source, seq, time, refused, lastRefusal, trouble } = json as Record<string, unknown>
  if (typeof source !== 'string' || !/^[0-9a-f]{32}$/.test(source)) return undefined
  if (!isCount(seq) || !isCount(time) || !isCount(refused)) return undefined
  const last = decodeRefusal(lastRefusal)
  const now = decodeTrouble(trouble)
  return {
    source,
    seq,
    time: time as EpochMs,
    refused,
    ...(last && { lastRefusal: last }),
    ...(now && { trouble: now }),
  }
}

function decodeRefusal(json: unknown): EventsCursor['lastRefusal'] {
  if (!isObject(json as Json)) return undefined
  const { at, seq, reason } = json as Record<string, unknown>
  if (!isCount(at) || !isCount(seq) || typeof reason !== 'string') return undefined
  return { at: at as EpochMs, seq, reason }
}

function decodeTrouble(json: unknown): EventsTrouble | undefined {
  if (!isObject(json as Json)) return undefined
  const { since, reason } = json as Record<string, unknown>
  return isCount(since) && typeof reason === 'string'
    ? { since: since as EpochMs, reason }
    : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
