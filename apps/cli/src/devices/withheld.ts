import type { GatewayConfig } from '@openclaw/pairing-config'
import { isCommandAllowed } from '@openclaw/pairing-session'
import type { SeenRequest } from './door.ts'

/** The commands of a request or a grant that its gateway would ask of no such node, whatever the owner grants; none where that is not known. */
export function withheldCommands(
  { role, commands = [], description }: Pick<SeenRequest, 'role' | 'commands' | 'description'>,
  nodes: GatewayConfig['nodes'] | undefined,
): readonly string[] {
  if (role !== 'node' || nodes === undefined) return []
  const { platform = '', deviceFamily } = description
  const policy = {
    platform,
    deviceFamily,
    allow: nodes.allowCommands,
    deny: nodes.denyCommands,
  }
  return commands.filter((command) => !isCommandAllowed(command, policy))
}
