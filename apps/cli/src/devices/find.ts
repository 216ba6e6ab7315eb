import { REJECTED_REST_MS } from '@openclaw/device-pairing'
import { NotFoundError } from '../errors.ts'
import { absolute, iso, span } from '../output/time.ts'
import { granted } from '../people/session.ts'
import { argumentWord } from '../program.ts'
import type { SeenNotWaiting, SeenRequest, SeenSettled } from './door.ts'
import { waitingLines } from './list-page.ts'
import type { DeviceSession } from './session.ts'
import { withheldCommands } from './withheld.ts'
import { type NamedRequest, shortId, withLabel } from './words.ts'

/** A request that somebody named by its id. */
export interface WantedRequest {
  readonly requestId: string
  /** The verb for hints: `approve` or `reject`. */
  readonly verb: 'approve' | 'reject'
}

/**
 * The request of an id, while it waits.
 *
 * @throws {@link NotFoundError} which says who waits, or what became of the request and which one came after it
 */
export async function findWaiting(
  session: DeviceSession,
  wanted: WantedRequest,
): Promise<NamedRequest> {
  const found = granted(await session.devices.find(session.actor, wanted.requestId))
  if (found.outcome === 'waiting') {
    const { request } = found
    const named = withLabel(request, granted(await session.devices.list(session.actor)))
    return { ...named, withheld: withheldCommands(request, session.nodePolicy) }
  }
  throw await notWaiting(session, wanted, found)
}

/** The error for an id that names no request that waits. */
export async function notWaiting(
  session: DeviceSession,
  wanted: WantedRequest,
  miss: SeenNotWaiting,
): Promise<NotFoundError> {
  if (miss.outcome === 'settled') return settled(session, wanted, miss.settled)
  const { waiting } = granted(await session.devices.list(session.actor))
  const [first] = waiting
  const detail = { reason: 'unknown', waiting: waiting.map(({ requestId }) => requestId) }
  if (first === undefined) {
    return new NotFoundError(`no request “${brief(wanted.requestId)}” waits, and no other one`, {
      hint: 'openclaw devices list',
      detail,
    })
  }
  const lines = waitingLines(waiting)
  const more = waiting.length - lines.length
  return new NotFoundError(
    [
      `no request “${brief(wanted.requestId)}” waits; these do:`,
      ...lines,
      ...(more > 0 ? [`and ${String(more)} more`] : []),
    ].join('\n'),
    { hint: 'openclaw devices list', detail },
  )
}

const ENDED: Readonly<Record<SeenSettled['outcome'], string>> = {
  approved: 'the request is over: approved',
  rejected: 'the request is over: rejected',
  expired: 'the request is over: nobody decided in time',
  superseded: 'the request was replaced: the device asked for more',
}

async function settled(
  session: DeviceSession,
  wanted: WantedRequest,
  request: SeenSettled,
): Promise<NotFoundError> {
  const { requestId, deviceId, outcome, at, by, successor } = request
  const next = successor === undefined ? undefined : await successorOf(session, successor)
  const isDecided = outcome === 'approved' || outcome === 'rejected'
  const decided = isDecided && by !== undefined ? ` by ${by}` : ''
  const after = next === undefined ? '' : `; the same device waits again with ${next.requestId}`
  return new NotFoundError(
    `${ENDED[outcome]}${decided} at ${absolute(at)} (device ${shortId(deviceId)})${after}`,
    {
      hint:
        next === undefined
          ? await wayOut(session, request)
          : `openclaw devices ${wanted.verb} ${argumentWord(next.requestId)}`,
      detail: {
        reason: outcome,
        settled: {
          requestId,
          deviceId,
          outcome,
          at: iso(at),
          by: by ?? null,
          successor: successor ?? null,
        },
        waits: next?.requestId ?? null,
      },
    },
  )
}

/** The request that came after another one, and those after it, as long as one of them waits. */
async function successorOf(
  session: DeviceSession,
  requestId: string,
): Promise<SeenRequest | undefined> {
  const seen = new Set<string>()
  let next: string | undefined = requestId
  while (next !== undefined && !seen.has(next)) {
    seen.add(next)
    const found: Awaited<ReturnType<DeviceSession['devices']['find']>> = await session.devices.find(
      session.actor,
      next,
    )
    if (found.outcome === 'waiting') return found.request
    next = found.outcome === 'settled' ? found.settled.successor : undefined
  }
  return undefined
}

async function wayOut(
  { devices, actor, now }: DeviceSession,
  { outcome, deviceId, at }: SeenSettled,
): Promise<string> {
  if (outcome !== 'rejected') return 'openclaw devices list'
  const left = at + REJECTED_REST_MS - now()
  if (left <= 0) return 'let it ask again, then: openclaw devices list'
  const again = `it may ask again in ${span(left)}`
  // To forget a device that has something would take that as well.
  const isPaired = granted(await devices.list(actor)).devices.some(
    (device) => device.deviceId === deviceId,
  )
  return isPaired
    ? `${again}: openclaw devices list`
    : `${again}; at once after: openclaw devices remove ${deviceId}`
}

/** A pasted page is not repeated. */
export function brief(typed: string): string {
  const line = typed.trim().replace(/\s+/g, ' ')
  return line.length <= 40 ? line : `${line.slice(0, 39)}…`
}
