import type { Actor, Collection, EpochMs } from '@openclaw/pairing-contracts'
import { decodeActor } from './actors.ts'
import {
  compact,
  maybeNestedIn,
  maybeTextIn,
  maybeTimeIn,
  nestedIn,
  oneOfIn,
  present,
  readFields,
  textIn,
  timeIn,
} from './fields.ts'
import { CLOCK_SLACK_MS } from './limits.ts'
import type { SetupCode, SetupState } from './setup-types.ts'

/** How a setup code ended. */
export type SetupEnd = 'used' | 'expired' | 'withdrawn'

/** A setup code. Key: its id. The secret is nowhere in the store. */
export interface SetupRecord {
  /** `sha256:` and the hex digest of the secret. */
  readonly hash: string
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs
  readonly createdBy: Actor
  readonly deviceId?: string
  readonly boundAt?: EpochMs
  readonly ended?: SetupEnd
  readonly endedAt?: EpochMs
  readonly endedBy?: Actor
}

/** Every setup code that is still known. */
export const SETUP_CODES: Collection<SetupRecord> = {
  name: 'devices.setup',
  encode: compact,
  decode: (value) => {
    const fields = readFields('devices.setup', value)
    const endedBy = maybeNestedIn(fields, 'endedBy')
    return present({
      hash: textIn(fields, 'hash'),
      createdAt: timeIn(fields, 'createdAt'),
      expiresAt: timeIn(fields, 'expiresAt'),
      createdBy: decodeActor(nestedIn(fields, 'createdBy')),
      deviceId: maybeTextIn(fields, 'deviceId'),
      boundAt: maybeTimeIn(fields, 'boundAt'),
      ended:
        maybeTextIn(fields, 'ended') && oneOfIn(fields, 'ended', ['used', 'expired', 'withdrawn']),
      endedAt: maybeTimeIn(fields, 'endedAt'),
      endedBy: endedBy && decodeActor(endedBy),
    }) as SetupRecord
  },
}

/** Where it is in its life. One from so far in the future that the clock must have been set back is over as well. */
export function setupStateOf(record: SetupRecord, now: EpochMs): SetupState {
  if (record.ended !== undefined) return record.ended
  const since = record.boundAt ?? record.createdAt
  if (now >= record.expiresAt || now < since - CLOCK_SLACK_MS) return 'expired'
  return record.deviceId === undefined ? 'unbound' : 'bound'
}

/** True while it may let somebody ask. */
export function isSetupLive(record: SetupRecord, now: EpochMs): boolean {
  const state = setupStateOf(record, now)
  return state === 'unbound' || state === 'bound'
}

/** True while it lets this key ask. */
export function servesKey(
  record: SetupRecord | undefined,
  deviceId: string,
  now: EpochMs,
): record is SetupRecord {
  if (record === undefined || record.deviceId !== deviceId) return false
  return setupStateOf(record, now) === 'bound'
}

/** The record of one that ended. */
export function endedSetup(
  record: SetupRecord,
  ended: SetupEnd,
  { at, by }: { readonly at: EpochMs; readonly by: Actor },
): SetupRecord {
  return { ...record, ended, endedAt: at, endedBy: by }
}

/** A setup code as people see it. */
export function toSetupCode(setupId: string, record: SetupRecord, now: EpochMs): SetupCode {
  const { createdAt, expiresAt, createdBy, deviceId, boundAt } = record
  const state = setupStateOf(record, now)
  return { setupId, state, createdAt, expiresAt, createdBy, deviceId, boundAt }
}
