import { REJECTED_REST_MS } from '@openclaw/device-pairing'
import type { Call } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { span } from '../output/time.ts'
import { granted } from '../people/session.ts'
import { commandLine } from '../remote/options.ts'
import { notWaiting } from './find.ts'
import type { DeviceSession } from './session.ts'
import { deviceWords, type NamedRequest } from './words.ts'

/** Rejects a request and says what comes of it. */
export async function rejectRequest(
  call: Call,
  session: DeviceSession,
  request: NamedRequest,
): Promise<ExitCode> {
  const { requestId, deviceId } = request
  const outcome = granted(await session.devices.reject(session.actor, requestId))
  if (outcome.outcome !== 'rejected') {
    throw await notWaiting(session, { requestId, verb: 'reject' }, outcome)
  }
  if (call.json) {
    call.screen.json({ requestId, deviceId, outcome: 'rejected' })
    return EXIT.done
  }
  const { out } = call.screen
  out.line(
    `${out.style.yellow(`Rejected ${deviceWords(request)}`)} (${safe(requestId)}). It may ask again in ${span(REJECTED_REST_MS)}.`,
  )
  const has = request.granted.some(({ revokedAt }) => revokedAt === undefined)
  // To forget a device that has something would take that as well.
  const hint = `To let it ask at once: ${commandLine(call, 'devices remove')} ${safe(deviceId)}, then start it again`
  out.line(has ? 'What it was granted before stays.' : out.style.dim(hint))
  return EXIT.done
}
