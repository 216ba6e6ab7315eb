import type { Call } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { type GatewayRuns, gatewayRunsJson } from '../people/gateway-runs.ts'
import type { SeenDescription, SeenDevice, SeenGrant, SeenRequest } from './door.ts'
import { deviceJson } from './json.ts'
import type { DeviceSession } from './session.ts'
import { undoWords } from './undo.ts'
import { withheldCommands } from './withheld.ts'
import { deviceName, grantWords, names } from './words.ts'

/** Commands that come to nothing as it is configured are named up to this. */
const WITHHELD_SHOWN = 8

/** What became of an approval. */
export interface Approved {
  readonly requestId: string
  readonly request: SeenRequest
  readonly device: SeenDevice
}

/** Says what was approved, what happens now, and how to take it back. */
export async function approvedDevice(
  call: Call,
  { gatewayRuns, nodePolicy }: DeviceSession,
  { requestId, request, device }: Approved,
): Promise<ExitCode> {
  const running = await gatewayRuns()
  if (call.json) {
    const shown = { requestId, device: deviceJson(device) }
    const gatewayRunning = gatewayRunsJson(running)
    call.screen.json({ ...shown, outcome: 'approved', gatewayRunning })
    return EXIT.done
  }
  const { out } = call.screen
  const { deviceId, description, label } = device
  // The first words are those of OpenClaw 2026.2: scripts look for them.
  out.line(`${out.style.green(`Approved ${safe(deviceId)}`)} (${safe(requestId)}).`)
  const grant = device.grants.find(({ role }) => role === request.role)
  const name = deviceName(description, label) || 'It'
  if (grant !== undefined) {
    out.prose(`${name} may connect as ${grantWords(grant)}.`)
    const withheld = withheldCommands({ ...grant, description }, nodePolicy)
    if (withheld.length > 0) out.prose(notUsed(grant, withheld))
  }
  out.prose(nextWords(running, request.description))
  out.line(out.style.dim(undoWords(call, request)))
  return EXIT.done
}

/** Of what was granted, what the gateway would not ask all the same. */
function notUsed({ commands = [] }: SeenGrant, withheld: readonly string[]): string {
  const what =
    withheld.length === commands.length
      ? 'This gateway asks such a node for none of these'
      : `Of these, this gateway does not ask such a node for ${names(withheld, WITHHELD_SHOWN)}`
  return `${what}: gateway.nodes.allowCommands and denyCommands decide it.`
}

/** What comes next, where a gateway lets it in. */
function nextWords(running: GatewayRuns, description: SeenDescription): string {
  if (running === 'here') return comesAgain(description)
  return running === 'no'
    ? 'No gateway runs here: it gets in, and gets its token, when one does.'
    : 'It gets in, and gets its token, at any gateway that uses this database.'
}

/** When it comes again: not every client does so by itself. */
function comesAgain({ clientId }: SeenDescription): string {
  switch (clientId) {
    case 'cli':
      return 'Repeat the command there: it gets in then, and gets its token.'
    case 'node-host':
      return 'It comes again by itself, or when it is started again, and gets its token then.'
    default:
      return 'It tries again by itself, within half a minute, and gets its token then.'
  }
}
