import type { Actor } from '@openclaw/pairing-contracts'
import type { CounterRecord } from './collections.ts'
import { DEVICES } from './collections.ts'
import { ALL, together } from './counters.ts'
import { parseRoleKey } from './keys.ts'
import { intentOf, type Parts } from './parts.ts'
import { resolveRequest } from './requests.ts'
import { waitingRequests } from './retries.ts'
import { toKnown, toShown } from './shown.ts'
import type { Denied, DeviceLists, NotWaiting, ShownRequest } from './types.ts'
import { deniedLooking } from './verbs.ts'

/** Everything that waits and everything that is paired. Reads only. */
export function list(parts: Parts, actor: Actor): DeviceLists | Denied {
  const refused = deniedLooking(actor)
  if (refused) return refused
  const { devices, requests, counters } = parts.views
  const known = devices()
  const waiting = waitingRequests(parts, requests().entries(''), parts.clock.now())
    .filter(({ key }) => parseRoleKey(key) !== undefined)
    .map(({ key, value }) => {
      const record = known.get(parseRoleKey(key)?.deviceId ?? '')
      return toShown(parts, { key, request: value }, record)
    })
    .sort((a, b) => a.createdAt - b.createdAt)
  const turnedAway: CounterRecord | undefined = together(
    counters().get(ALL),
    parts.memory.turnedAway,
  )
  return {
    waiting,
    devices: known
      .entries('')
      .map(({ key, value }) => toKnown(parts, key, value))
      .sort((a, b) => b.approvedAt - a.approvedAt),
    maxWaiting: parts.maxWaiting,
    turnedAway,
  }
}

/** The waiting request of an id, to show it before it is approved. Settles what is over. */
export async function find(
  parts: Parts,
  actor: Actor,
  requestId: string,
): Promise<{ readonly outcome: 'waiting'; readonly request: ShownRequest } | NotWaiting | Denied> {
  const refused = deniedLooking(actor)
  if (refused) return refused
  return parts.store.transact(intentOf(actor, 'device.find'), async (tx) => {
    const found = await resolveRequest(parts, tx, requestId)
    if (found.outcome !== 'waiting') return found
    const record = await tx.get(DEVICES, found.deviceId)
    return { outcome: 'waiting', request: toShown(parts, found, record) }
  })
}
