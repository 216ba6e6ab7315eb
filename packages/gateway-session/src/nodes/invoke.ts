import type { Json } from '@openclaw/pairing-contracts'
import type { ErrorDetailCode, ErrorFacts, NodeInvoke } from '@openclaw/pairing-protocol'
import type { Hub } from '../hub.ts'
import { INVOKE_TIMEOUT_MS } from '../limits.ts'
import type { Peer } from '../peer.ts'
import { drawUuid } from '../uuid.ts'
import type { InvokeOutcome } from './pending.ts'
import { isCommandAllowed } from './policy.ts'
import type { Replayed } from './replays.ts'

/** Why a command is not sent. */
export interface NotSent {
  readonly code: ErrorDetailCode
  readonly facts: ErrorFacts
}

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

/**
 * Sends a command to a node, once per idempotency key of its caller.
 *
 * @param caller - who the idempotency key belongs to
 */
export async function invoke(
  hub: Hub,
  caller: string,
  order: NodeInvoke,
): Promise<Replayed | NotSent> {
  const { nodeId, command, idempotencyKey, params } = order
  const node = hub.nodes.get(nodeId)
  const paramsJSON = params === undefined ? null : JSON.stringify(cleaned(command, params))
  const call = async (): Promise<InvokeOutcome> => {
    if (node === undefined) return { kind: 'gone' }
    const id = drawUuid(hub.components.random)
    const timeoutMs = order.timeoutMs || INVOKE_TIMEOUT_MS
    return hub.pending.send(node, { id, nodeId, command, paramsJSON, timeoutMs, idempotencyKey })
  }
  const fingerprint = hub.components.sha256(JSON.stringify([nodeId, command, paramsJSON]))
  const key = `${caller} ${idempotencyKey}`
  if (hub.replays.knows(key)) return hub.replays.once(key, fingerprint, call)
  return notSendable(hub, node, command) ?? hub.replays.once(key, fingerprint, call)
}

function notSendable(hub: Hub, node: Peer | undefined, command: string): NotSent | undefined {
  if (node === undefined) return { code: 'NOT_CONNECTED', facts: {} }
  const reason = commandFault(hub, node, command)
  if (reason !== undefined) {
    return { code: 'NODE_COMMAND_NOT_ALLOWED', facts: { details: { reason, command } } }
  }
  const isFull = !hub.pending.hasRoom(node)
  return isFull ? { code: 'RATE_LIMITED', facts: { retryAfterMs: 1_000 } } : undefined
}

const UNBACKED = new Set(['approved', 'approvalDecision'])

/** A node runs without asking what says that it was approved; nothing here records such approvals, so nobody may say it. */
function cleaned(command: string, params: Json): Json {
  if (command !== 'system.run' || !isObject(params)) return params
  return Object.fromEntries(Object.entries(params).filter(([key]) => !UNBACKED.has(key)))
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
