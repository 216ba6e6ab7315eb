import type { Hub } from '../hub.ts'
import { REPLAY_TTL_MS } from '../limits.ts'
import type { Peer } from '../peer.ts'
import { endLost } from '../recheck.ts'
import { unavailableFor } from '../unavailable.ts'
import { drawUuid } from '../uuid.ts'
import { lost } from '../verdict.ts'
import { notSent } from './not-sent.ts'
import type { Order } from './order.ts'
import { isCommandAllowed } from './policy.ts'
import type { Called, NotSent, Stage } from './replays.ts'

/** Why a node may not be asked for a command; `undefined` when it may. */
export function commandFault(
  { options }: Pick<Hub, 'options'>,
  peer: Peer,
  command: string,
): string | undefined {
  const { client, node } = peer.identity ?? {}
  const policy = {
    platform: client?.platform ?? '',
    deviceFamily: client?.deviceFamily,
    allow: options.allowCommands ?? [],
    deny: options.denyCommands ?? [],
  }
  if (!isCommandAllowed(command, policy)) return 'command not allowlisted'
  if (node === undefined || node.declared.length === 0) return 'node did not declare commands'
  if (!node.declared.includes(command)) return 'command not declared by node'
  return node.granted.includes(command) ? undefined : 'command not granted to node'
}

/** Sends a command to a node, once per idempotency key of its caller, wherever the node is connected. */
export async function invoke(hub: Hub, order: Order): Promise<Called> {
  const { elsewhere } = hub
  const before = hub.replays.recall(order.id)
  if (before !== undefined) return before
  if (elsewhere === undefined || hub.nodes.get(order.nodeId)) return invokeHere(hub, order)
  const to = await elsewhere.find(order.nodeId)
  return to === undefined ? invokeHere(hub, order) : elsewhere.invoke(order, to)
}

/** The same for a node that is connected here. All that may bar it is looked at here, whoever passed it on. */
export async function invokeHere(hub: Hub, order: Order): Promise<Called> {
  const before = hub.replays.recall(order.id)
  if (before !== undefined) return before
  const { standings } = hub
  if (standings.of(order.device) === undefined) await standings.soon(order.device)
  return barred(hub, order) ?? hub.replays.once(order.id, (enter) => send(hub, order, enter))
}

async function send(hub: Hub, order: Order, enter: (stage: Stage) => void): Promise<Called> {
  const newcomer = hub.nodes.get(order.nodeId)
  if (newcomer !== undefined && hub.elsewhere !== undefined && isNew(hub, newcomer)) {
    enter('inquiring')
    const known = await hub.elsewhere.inquire(order)
    if (known !== undefined) return known
    enter('here')
  }
  const no = barred(hub, order)
  const node = hub.nodes.get(order.nodeId)
  if (no !== undefined || node === undefined) return no ?? notSent('NOT_CONNECTED')
  const { nodeId, command, paramsJSON, timeoutMs, idempotencyKey } = order
  const id = drawUuid(hub.components.random)
  return hub.pending.send(node, { id, nodeId, command, paramsJSON, timeoutMs, idempotencyKey })
}

/** Whether a node may have been asked elsewhere for what is remembered there still. */
function isNew({ components }: Hub, { identity }: Peer): boolean {
  return Math.abs(components.clock.now() - (identity?.connectedAt ?? 0)) < REPLAY_TTL_MS
}

function barred(hub: Hub, { nodeId, command, device }: Order): NotSent | undefined {
  const node = hub.nodes.get(nodeId)
  if (hub.work.isStopping()) return notSent('SHUTTING_DOWN')
  if (node === undefined) return notSent('NOT_CONNECTED')
  const of = hub.standings.of(device)
  if (of !== undefined && !of.holds) {
    const { code, facts } = lost(of.because)
    return notSent(code, facts)
  }
  const look = hub.standings.of(node.identity?.device)
  if (look === undefined || of === undefined) {
    return notSent('STORE_UNAVAILABLE', unavailableFor(hub.standings.problem()))
  }
  if (!look.holds) {
    endLost(node, look.because)
    return notSent('NOT_CONNECTED')
  }
  const reason = commandFault(hub, node, command)
  if (reason !== undefined) {
    return notSent('NODE_COMMAND_NOT_ALLOWED', { details: { reason, command } })
  }
  return hub.pending.hasRoom(node) ? undefined : notSent('RATE_LIMITED', { retryAfterMs: 1_000 })
}
