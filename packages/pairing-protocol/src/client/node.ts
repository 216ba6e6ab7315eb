import { systemPorts } from '../node/system-ports.ts'
import { clientParts } from './client-parts.ts'
import type { ClientOptions, GatewayClient } from './client-types.ts'
import type { CommandHandlers } from './command-types.ts'
import { ClientOptionsInvalid } from './errors.ts'
import { gatewayClient } from './gateway-client.ts'
import { MAX_COMMANDS_RUNNING } from './limits.ts'
import { nodeCommands } from './node-commands.ts'
import type { ClientPorts } from './ports.ts'

/** What a node is and can do. */
export interface NodeOptions extends ClientOptions {
  /** Its commands; their names are what it declares, and all that an owner has to allow. */
  readonly commands: CommandHandlers
  /** Groups of abilities in its own words: `system`, `camera` … */
  readonly caps?: readonly string[]
  /** What the machine lets it do; a claim. */
  readonly permissions?: Readonly<Record<string, boolean>>
  /** The search path of the machine, for gateways that look for programs. */
  readonly pathEnv?: string
  /** Commands at a time, 16 unless given; further ones are answered with `BUSY`. */
  readonly maxRunning?: number
}

/**
 * Connects to a gateway as a node, and again whenever the connection is lost; runs its commands for whoever may invoke
 * them.
 *
 * Returns at once. While an owner has to decide, it keeps trying and tells `onPairingRequired`.
 *
 * @throws `GatewayUrlRefused` and `ClientOptionsInvalid`, before anything is dialled
 */
export function connectNode(options: NodeOptions, ports: ClientPorts = systemPorts): GatewayClient {
  const { commands: handlers, caps = [], permissions, pathEnv } = options
  const { maxRunning = MAX_COMMANDS_RUNNING } = options
  if (!Number.isInteger(maxRunning) || maxRunning < 1) {
    throw new ClientOptionsInvalid('maxRunning is no whole number above 0')
  }
  const claims = {
    role: 'node',
    scopes: [],
    caps,
    commands: Object.keys(handlers),
    ...(permissions === undefined ? {} : { permissions }),
    ...(pathEnv === undefined ? {} : { pathEnv }),
  }
  const parts = clientParts({ options, claims, id: 'node-host', mode: 'node', ports })
  const { timers } = ports
  const commands = nodeCommands({ handlers, most: maxRunning, timers, log: parts.log })
  return gatewayClient({ ...parts, onEvent: commands.asked, onGone: commands.gone })
}
