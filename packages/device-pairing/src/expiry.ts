import type { EpochMs } from '@openclaw/pairing-contracts'
import type { RequestRecord } from './collections.ts'
import type { RestRecord } from './ended-records.ts'
import {
  CLOCK_JITTER_MS,
  CLOCK_SLACK_MS,
  COMMANDS_TTL_MS,
  REJECTED_REST_MS,
  REQUEST_TTL_MS,
} from './limits.ts'

/** What says when a request ends. */
type Asked = Pick<RequestRecord, 'lastAskedAt' | 'reason'>

/** When a request ends unless it is asked again. */
export function expiresAt({ lastAskedAt, reason }: Asked): EpochMs {
  const life = reason === 'command-upgrade' ? COMMANDS_TTL_MS : REQUEST_TTL_MS
  return (lastAskedAt + life) as EpochMs
}

/** True when a request is over, also when it is from so far in the future that the clock must have been set back. */
export function isOver(request: Asked, now: EpochMs): boolean {
  return now >= expiresAt(request) || now < request.lastAskedAt - CLOCK_SLACK_MS
}

/** True while a rejected key may not ask; not before it was rejected, so that a clock that was set back does not make it longer. */
export function isResting(rest: RestRecord | undefined, now: EpochMs): rest is RestRecord {
  return rest !== undefined && now < rest.until && now >= rest.at - CLOCK_JITTER_MS
}

/** What a "no" to a request keeps from being asked: more commands for a day, anything else of the key for ten minutes. */
export function restAfter(
  deviceId: string,
  request: Pick<RequestRecord, 'reason'>,
  { at, by }: Pick<RestRecord, 'at' | 'by'>,
): { readonly key: string; readonly rest: RestRecord } {
  const commands = request.reason === 'command-upgrade'
  const until = (at + (commands ? COMMANDS_TTL_MS : REJECTED_REST_MS)) as EpochMs
  return { key: restKeyOf(deviceId, request.reason), rest: { at, until, by } }
}

/** Where it is kept. */
export function restKeyOf(deviceId: string, reason: RequestRecord['reason']): string {
  return reason === 'command-upgrade' ? `${deviceId}/commands` : deviceId
}
