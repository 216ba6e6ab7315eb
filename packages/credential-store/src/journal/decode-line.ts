import type {
  Actor,
  Change,
  EpochMs,
  JournalEntry,
  Json,
  JsonObject,
  Seq,
  Sha256,
} from '@openclaw/pairing-contracts'
import { BadLine, checkHash, hashIn, prevOf } from './frame.ts'
import { type CheckpointLine, FORMAT, type JournalLine } from './lines.ts'

/**
 * Reads a line without its line feed.
 *
 * @param sha256 - `undefined` when the file is known to be right
 * @throws {@link BadLine} when checksum or shape are wrong
 */
export function decodeLine(sha256: Sha256 | undefined, text: string): JournalLine {
  const hash = sha256 === undefined ? hashIn(text) : checkHash(sha256, text)
  const parsed = parseObject(text)
  const prev = prevOf(parsed['prev'])
  if ('action' in parsed) return { kind: 'entry', entry: decodeEntry(parsed), prev, hash }
  if ('format' in parsed) return { kind: 'checkpoint', ...decodeCheckpoint(parsed), prev, hash }
  const seq = seqOf(parsed['seq'])
  if ('sealed' in parsed) {
    const time = timeOf(parsed['time'])
    return { kind: 'seal', seq, time, next: textOf(parsed['sealed']), prev, hash }
  }
  return { kind: 'opened', seq, next: textOf(parsed['opened']), prev, hash }
}

function parseObject(text: string): JsonObject {
  try {
    const parsed = JSON.parse(text) as Json
    if (isObject(parsed)) return parsed
  } catch {
    // said below
  }
  throw new BadLine('it is not a JSON object')
}

/** An entry as {@link encodeEntry} writes it; throws {@link BadLine} otherwise. */
export function decodeEntry(parsed: JsonObject): JournalEntry {
  const { actor, changes, detail } = parsed as { [name: string]: Json | undefined }
  if (!isObject(actor) || typeof actor['kind'] !== 'string') throw new BadLine('it names no actor')
  if (!Array.isArray(changes)) throw new BadLine('it has no changes')
  if (detail !== undefined && !isObject(detail)) throw new BadLine('its detail is no object')
  const seq = seqOf(parsed['seq'])
  const time = timeOf(parsed['time'])
  const by = actor as unknown as Actor
  const action = textOf(parsed['action'])
  const decoded = changes.map(decodeChange)
  return detail === undefined
    ? { seq, time, actor: by, action, changes: decoded }
    : { seq, time, actor: by, action, changes: decoded, detail }
}

function decodeChange(change: Json): Change {
  if (!isObject(change)) throw new BadLine('a change is no object')
  const collection = textOf(change['collection'])
  const key = textOf(change['key'])
  if (change['removed'] === true) return { collection, key, value: undefined }
  if (!('value' in change)) throw new BadLine('a change has no value')
  return { collection, key, value: change['value'] as Json }
}

function decodeCheckpoint(
  parsed: JsonObject,
): Pick<CheckpointLine, 'segment' | 'seq' | 'time' | 'state' | 'repaired'> {
  if (parsed['format'] !== FORMAT) {
    throw new BadLine(`a newer version wrote it (format ${String(parsed['format'])})`)
  }
  const { state, repaired } = parsed as { [name: string]: Json | undefined }
  if (!Array.isArray(state) || !state.every(isCollection)) throw new BadLine('its state is wrong')
  const decoded = {
    segment: seqOf(parsed['segment']),
    seq: seqOf(parsed['seq']),
    time: timeOf(parsed['time']),
    state: state as unknown as CheckpointLine['state'],
  }
  return repaired === undefined ? decoded : { ...decoded, repaired: textOf(repaired) }
}

function isCollection(value: Json): boolean {
  if (!Array.isArray(value) || typeof value[0] !== 'string' || !Array.isArray(value[1]))
    return false
  return value[1].every((pair: Json) => Array.isArray(pair) && typeof pair[0] === 'string')
}

/** True for a JSON object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A number of a transaction, or a count; throws {@link BadLine} otherwise. */
export function seqOf(value: Json | undefined): Seq {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new BadLine('a number is wrong')
  return value as Seq
}

/** Text; throws {@link BadLine} otherwise. */
export function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new BadLine('a name is missing')
  return value
}

/** The moment that an ISO text names; throws {@link BadLine} otherwise. */
export function timeOf(value: Json | undefined): EpochMs {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) throw new BadLine('its time is wrong')
  return time as EpochMs
}
