import { systemPorts } from '../node/system-ports.ts'
import { readSetupCode } from '../read-setup-code.ts'
import type { SetupCodeReading } from '../setup-payload.ts'
import type { GatewayClient } from './client-types.ts'
import type { ClientAuth } from './credentials.ts'
import { placeOfSetup } from './gateway-place.ts'
import { connectNode, type NodeOptions } from './node.ts'
import type { ClientPorts } from './ports.ts'
import { SetupCodeRefused } from './setup-code-errors.ts'

/** What a node is that joins with a setup code: where to, and the secret to ask with, are in the code. */
export type JoinOptions = Omit<NodeOptions, 'url' | 'urls' | 'auth' | 'tlsFingerprint'>

/**
 * Joins a gateway as a node with a setup code, however it was pasted: asks there to be paired, and is connected within a
 * second after its owner has approved. From then on the key of `identity` is the credential, and the secret of the code is
 * forgotten. `connectNode` with the same identity connects again, without the code.
 *
 * Returns at once.
 *
 * @throws `SetupCodeRefused`, `GatewayUrlRefused` and `ClientOptionsInvalid`, before anything is dialled
 */
export function joinNode(
  code: string,
  options: JoinOptions,
  ports: ClientPorts = systemPorts,
): GatewayClient {
  const reading = readSetupCode(code)
  if (!reading.ok) throw new SetupCodeRefused(reading.fault)
  const place = placeOfSetup(reading.payload)
  return connectNode({ ...options, ...place, auth: authOfSetup(reading) }, ports)
}

/** What to ask with: codes of OpenClaw 2026.2 hold the secret of the gateway itself, which it looks for as a token. */
export function authOfSetup({
  payload: { bootstrapToken },
  holds,
}: Extract<SetupCodeReading, { readonly ok: true }>): ClientAuth {
  return holds === 'setup-secret' ? { bootstrapToken } : { token: bootstrapToken }
}
