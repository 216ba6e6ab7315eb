import { afterApproval, type ShownRequest } from '@openclaw/device-pairing'

/** Known scopes, what gives least first. */
const MEANINGS: readonly (readonly [scope: string, meaning: string])[] = [
  ['operator.read', 'see what happens'],
  ['operator.write', 'use the assistant and its nodes'],
  ['operator.approvals', 'approve commands that the assistant wants to run'],
  ['operator.pairing', 'decide about devices'],
  ['operator.admin', 'do everything, as you do'],
]

/** What a device may after its approval, and what that means. */
export function givesOf(
  request: Pick<ShownRequest, 'reason' | 'role' | 'scopes' | 'commands' | 'granted'>,
): string {
  const { scopes, commands } = afterApproval(request)
  if (request.role === 'operator') return `connects as an operator${mayDo(scopes)}`
  const use = commands.length === 0 ? 'no command' : 'the commands named here'
  return `connects as a node and decides nothing here; your assistant may use ${use} on it`
}

function mayDo(scopes: readonly string[]): string {
  const known = MEANINGS.filter(([scope]) => scopes.includes(scope)).map(([, meaning]) => meaning)
  const others = scopes.length - known.length
  const unknown = others === 0 ? [] : [`${String(others)} that this version does not know`]
  const parts = [...known, ...unknown]
  return parts.length === 0 ? ' that may do nothing' : ` that may: ${parts.join('; ')}`
}
