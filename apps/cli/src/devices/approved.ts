import type { Call } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { commandLine } from '../remote/options.ts'
import type { SeenDevice, SeenRequest } from './door.ts'
import { deviceJson } from './json.ts'
import type { DeviceSession } from './session.ts'
import { claim, deviceName, grantWords, shortId } from './words.ts'

/** What became of an approval. */
export interface Approved {
  readonly requestId: string
  readonly request: SeenRequest
  readonly device: SeenDevice
}

/** Says what was approved, what happens now, and how to take it back. */
export async function approvedDevice(
  call: Call,
  { gatewayRuns }: DeviceSession,
  { requestId, request, device }: Approved,
): Promise<ExitCode> {
  const running = await gatewayRuns()
  if (call.json) {
    const shown = { requestId, device: deviceJson(device) }
    call.screen.json({ ...shown, outcome: 'approved', gatewayRunning: running })
    return EXIT.done
  }
  const { out } = call.screen
  const { deviceId, description, label } = device
  // The first words are those of OpenClaw 2026.2: scripts look for them.
  out.line(`${out.style.green(`Approved ${safe(deviceId)}`)} (${safe(requestId)}).`)
  const grant = device.grants.find(({ role }) => role === request.role)
  const name = deviceName(description, label) || 'It'
  if (grant !== undefined) out.prose(`${name} may connect as ${grantWords(grant)}.`)
  out.prose(
    running
      ? 'It tries again by itself, within half a minute, and gets its token then.'
      : 'No gateway runs here: it gets in, and gets its token, when one does.',
  )
  const undo = `--device ${shortId(deviceId)} --role ${claim(request.role)}`
  out.line(out.style.dim(`Undo: ${commandLine(call, 'devices revoke')} ${undo}`))
  return EXIT.done
}
