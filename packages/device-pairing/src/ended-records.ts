import type { Actor, Collection, EpochMs } from '@openclaw/pairing-contracts'
import { decodeActor } from './actors.ts'
import { compact, countIn, nestedIn, readFields, timeIn } from './fields.ts'

/** A rejected key, which may not ask for a while. Key: the device id, with `/commands` behind it where more commands were rejected. */
export interface RestRecord {
  readonly at: EpochMs
  readonly until: EpochMs
  readonly by: Actor
}

/** A device that was removed. Key: its id. */
export interface RemovedRecord {
  readonly at: EpochMs
  readonly by: Actor
  /** The highest generation of its grants. */
  readonly generation: number
}

/** Whose key was rejected a short while ago. */
export const RESTS: Collection<RestRecord> = {
  name: 'devices.rests',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.rests', value)
    return {
      at: timeIn(fields, 'at'),
      until: timeIn(fields, 'until'),
      by: decodeActor(nestedIn(fields, 'by')),
    }
  },
}

/** Who was removed. */
export const REMOVED: Collection<RemovedRecord> = {
  name: 'devices.removed',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.removed', value)
    return {
      at: timeIn(fields, 'at'),
      by: decodeActor(nestedIn(fields, 'by')),
      generation: countIn(fields, 'generation'),
    }
  },
}
