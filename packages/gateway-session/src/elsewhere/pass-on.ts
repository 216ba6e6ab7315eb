import type { ReplicaId } from '@openclaw/pairing-contracts'
import type { Hub } from '../hub.ts'
import { notSent } from '../nodes/not-sent.ts'
import type { Order } from '../nodes/order.ts'
import { isCommandAllowed } from '../nodes/policy.ts'
import type { Called, NotSent } from '../nodes/replays.ts'
import type { Passing } from './passing.ts'
import type { Roster } from './roster.ts'
import type { Where } from './where.ts'

/** What {@link passOn} works with. */
export interface PassOnParts {
  readonly shared: Pick<Hub, 'options' | 'replays'>
  readonly nodes: Pick<Roster, 'all'>
  readonly passed: Passing
  readonly asked: Where
}

/**
 * Has the gateway that has a node make a call, and remembers it here as well. Where the node has just left it, the one to which it
 * went is asked, once.
 */
export async function passOn(parts: PassOnParts, order: Order, to: ReplicaId): Promise<Called> {
  const { shared, passed, asked } = parts
  const denied = deniedHere(parts, order)
  if (denied !== undefined) return denied
  return shared.replays.once(order.id, async (enter) => {
    enter({ to })
    const first = await passed.pass(order, to)
    if (first !== 'absent') return first
    const next = await asked(order.nodeId)
    if (next === undefined || next === to) return notSent('NOT_CONNECTED')
    enter({ to: next })
    const second = await passed.pass(order, next)
    return second === 'absent' ? notSent('NOT_CONNECTED') : second
  })
}

/** What this gateway does not allow is not asked through it, whatever the other one allows. */
function deniedHere({ shared, nodes }: PassOnParts, order: Order): NotSent | undefined {
  const { nodeId, command } = order
  const entry = nodes.all().get(nodeId)?.entry
  const { allowCommands: allow = [], denyCommands: deny = [] } = shared.options
  if (entry === undefined && !deny.includes(command)) return undefined
  const { platform = '', deviceFamily } = entry ?? {}
  if (isCommandAllowed(command, { platform, deviceFamily, allow, deny })) return undefined
  return notSent('NODE_COMMAND_NOT_ALLOWED', {
    details: { reason: 'command not allowlisted', command },
  })
}
