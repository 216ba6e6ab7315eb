import type { EpochMs, Json } from '@openclaw/pairing-contracts'
import type { ConfigFiles } from '../ports.ts'
import { isObject } from '../read/document.ts'
import type { Paths } from '../types.ts'

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
  /** When it did last, and what it said; without the address, which may hold a secret. */
  readonly refusedAt?: EpochMs
  readonly refusal?: string
  /** Since when tries fail, and why the last one did; there while they do. */
  readonly failingSince?: EpochMs
  readonly failure?: string
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
  const { source, seq, time, refused, ...rest } = json as Record<string, unknown>
  if (typeof source !== 'string' || !/^[0-9a-f]{32}$/.test(source)) return undefined
  if (!isCount(seq) || !isCount(time) || !isCount(refused)) return undefined
  const { refusedAt, refusal, failingSince, failure } = rest
  return {
    source,
    seq,
    time: time as EpochMs,
    refused,
    ...(isCount(refusedAt) && { refusedAt: refusedAt as EpochMs }),
    ...(typeof refusal === 'string' && { refusal }),
    ...(isCount(failingSince) && { failingSince: failingSince as EpochMs }),
    ...(typeof failure === 'string' && { failure }),
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
