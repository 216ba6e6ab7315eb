import type { Json, Replicas } from '@openclaw/pairing-contracts'
import type { PresenceEntry } from '@openclaw/pairing-protocol'
import { MAX_NOTED_OPERATORS } from '../limits.ts'
import type { Live } from '../live.ts'
import type { Listed, Presence } from '../presence.ts'
import { isObject } from './words.ts'

/** Who is at other gateways, and tells them who is here. */
export interface Crowd {
  /** Notes who is here now. */
  readonly note: () => void
  /** Reads what others noted. True when somebody came or went. */
  readonly review: () => boolean
  readonly listed: () => readonly Listed[]
  /** Devices of operators. */
  readonly devices: () => ReadonlySet<string>
  readonly stop: () => void
}

/** What {@link crowd} needs. */
export interface CrowdParts {
  readonly replicas: Replicas
  readonly presence: Pick<Presence, 'own'>
  readonly live: Pick<Live, 'peers'>
}

const PRESENCE = 'presence/'
const OPERATOR = 'operator/'

/** Notes only what changed: each entry of the presence list, and each device of an operator, stands by itself. */
export function crowd({ replicas, presence, live }: CrowdParts): Crowd {
  let noted: ReadonlyMap<string, string> = new Map()
  let listed: readonly Listed[] = []
  let devices: ReadonlySet<string> = new Set()
  let signature = ''

  const change = (next: ReadonlyMap<string, string>): void => {
    for (const key of noted.keys()) if (!next.has(key)) replicas.note(key, undefined)
    for (const [key, text] of next) {
      if (noted.get(key) !== text) replicas.note(key, JSON.parse(text) as Json)
    }
    noted = next
  }
  return {
    note: () => {
      const next = new Map<string, string>()
      for (const { key, entry, isHere } of presence.own()) {
        next.set(PRESENCE + key, JSON.stringify({ entry, isHere }))
      }
      for (const deviceId of operators(live).slice(-MAX_NOTED_OPERATORS))
        next.set(OPERATOR + deviceId, 'true')
      change(next)
    },
    review: () => {
      devices = new Set(replicas.noted(OPERATOR).map(({ key }) => key.slice(OPERATOR.length)))
      listed = replicas.noted(PRESENCE).flatMap(({ key, value }) => listedOf(key, value))
      const before = signature
      signature = listed
        .map(({ key, entry, isHere }) => `${key} ${String(entry.ts)} ${String(isHere)}`)
        .join()
      return signature !== before
    },
    listed: () => listed,
    devices: () => devices,
    stop: () => change(new Map()),
  }
}

function operators({ peers }: Pick<Live, 'peers'>): readonly string[] {
  const ids = new Set<string>()
  for (const { identity } of peers()) {
    if (identity?.role === 'operator' && identity.device) ids.add(identity.device.deviceId)
  }
  return [...ids]
}

function listedOf(key: string, value: Json): readonly Listed[] {
  if (!isObject(value)) return []
  const { entry, isHere } = value
  if (!isObject(entry ?? null) || typeof isHere !== 'boolean') return []
  const made = entry as unknown as PresenceEntry
  return typeof made.ts === 'number'
    ? [{ key: key.slice(PRESENCE.length), entry: made, isHere }]
    : []
}
