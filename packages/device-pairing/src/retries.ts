import type { Entry, EpochMs } from '@openclaw/pairing-contracts'
import type { RequestRecord } from './collections.ts'
import { isOver } from './expiry.ts'
import type { DeviceMemory } from './memory.ts'

/** What knows of retries. */
interface Remembers {
  readonly memory: Pick<DeviceMemory, 'retries'>
}

/** A request with the retries that are not written yet. */
export function waitingRecord({ memory }: Remembers, request: RequestRecord): RequestRecord {
  const asked = memory.retries.get(request.requestId)
  return asked === undefined || asked <= request.lastAskedAt
    ? request
    : { ...request, lastAskedAt: asked }
}

/** Those that are not over. */
export function waitingRequests(
  parts: Remembers,
  entries: readonly Entry<RequestRecord>[],
  now: EpochMs,
): readonly Entry<RequestRecord>[] {
  return entries
    .map(({ key, value }) => ({ key, value: waitingRecord(parts, value) }))
    .filter(({ value }) => !isOver(value, now))
}
