import type { ShownRequest } from '@openclaw/device-pairing'
import type { Config } from '@openclaw/pairing-config'
import { isCommandAllowed } from '@openclaw/pairing-session'

/** The commands of a request that the gateway of this machine would ask of no such node, whatever the owner grants. */
export function withheldCommands(
  { role, commands, description }: ShownRequest,
  { gateway }: Config,
): readonly string[] {
  if (role !== 'node') return []
  const { platform = '', deviceFamily } = description
  const { allowCommands, denyCommands } = gateway.nodes
  const policy = { platform, deviceFamily, allow: allowCommands, deny: denyCommands }
  return commands.filter((command) => !isCommandAllowed(command, policy))
}
