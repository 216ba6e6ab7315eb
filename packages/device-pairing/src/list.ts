import type { Actor } from '@openclaw/pairing-contracts'
import { EXPIRY } from './actors.ts'
import { ALL, together } from './counters.ts'
import { expiresAt, isOver } from './expiry.ts'
import { parseRoleKey } from './keys.ts'
import type { Denied, DeviceLists, NotWaiting } from './owner-types.ts'
import type { ListParts, Parts } from './parts.ts'
import { isRequestId } from './request-id.ts'
import { waitingRecord, waitingRequests } from './retries.ts'
import { toDecidable, toKnown, toSettled, toShown } from './shown.ts'
import type { ShownRequest } from './shown-types.ts'
import { deniedLooking } from './verbs.ts'

/** Everything that waits and everything that is paired. Reads only. */
export function list(
  parts: ListParts,
  actor: Actor,
  { digests }: { readonly digests?: 'left-out' } = {},
): DeviceLists | Denied {
  const refused = deniedLooking(actor)
  if (refused) return refused
  const { devices, requests, counters } = parts.views
  const known = devices()
  const waiting = waitingRequests(parts, requests().entries(''), parts.clock.now())
    .filter(({ key }) => parseRoleKey(key) !== undefined)
    .map(({ key, value }) => {
      const record = known.get(parseRoleKey(key)?.deviceId ?? '')
      const asked = { key, request: value }
      return digests === 'left-out'
        ? { ...toDecidable(asked, record), digest: '' }
        : toShown(parts, asked, record)
    })
    .sort((a, b) => a.createdAt - b.createdAt)
  return {
    waiting,
    devices: known
      .entries('')
      .map(({ key, value }) => toKnown(parts, key, value))
      .sort((a, b) => b.approvedAt - a.approvedAt),
    maxWaiting: parts.maxWaiting,
    turnedAway: together(counters().get(ALL), parts.memory.turnedAway),
  }
}

/** The waiting request of an id, to show it before it is approved. Reads only. */
export function find(
  parts: Parts,
  actor: Actor,
  requestId: string,
): { readonly outcome: 'waiting'; readonly request: ShownRequest } | NotWaiting | Denied {
  const refused = deniedLooking(actor)
  if (refused) return refused
  const { devices, requests, settled } = parts.views
  const named = requests()
    .entries('')
    .find(({ value }) => value.requestId === requestId)
  const whose = named && parseRoleKey(named.key)
  if (!named || !whose) {
    const known = isRequestId(requestId) ? settled().get(requestId) : undefined
    return known
      ? { outcome: 'settled', settled: toSettled(requestId, known) }
      : { outcome: 'unknown' }
  }
  const request = waitingRecord(parts, named.value)
  if (isOver(request, parts.clock.now())) {
    const over = { ...whose, outcome: 'expired', at: expiresAt(request), by: EXPIRY } as const
    return { outcome: 'settled', settled: toSettled(requestId, over) }
  }
  const shown = toShown(parts, { key: named.key, request }, devices().get(whose.deviceId))
  return { outcome: 'waiting', request: shown }
}
