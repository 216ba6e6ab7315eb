import type { Actor, Json } from '@openclaw/pairing-contracts'
import {
  decodeFromGateway,
  type NodeEntry,
  type NodeFailure,
  type NodeInvoke,
  type NodeInvokeResult,
  type NodeName,
  SESSION_LIMITS,
} from '@openclaw/pairing-protocol'
import { barredBy } from '../barred.ts'
import type { Hub } from '../hub.ts'
import { invoke } from '../nodes/invoke.ts'
import { orderOf } from '../nodes/order.ts'
import type { InvokeOutcome } from '../nodes/pending.ts'
import type { Replayed } from '../nodes/replays.ts'
import type { Peer } from '../peer.ts'
import { type Answer, type Call, callerOf, type MethodRow, method, refusal } from './method.ts'
import { liveEntry, nodeEntries } from './node-view.ts'
import { denied } from './refusals.ts'

/** What operators do with nodes, and what nodes say. */
export const NODE_METHODS: readonly MethodRow[] = [
  method('node.list', 'operator.read', list),
  method('node.describe', 'operator.read', describe),
  method('node.rename', 'operator.pairing', rename),
  method('node.invoke', 'operator.write', run),
  method('node.invoke.result', 'node', answered),
  method('node.event', 'node', told),
  method('skills.bins', 'node', ({ hub }) => ({ result: { bins: hub.options.skillBins ?? [] } })),
]

/** Here and at other gateways. */
function connected(hub: Hub): ReadonlyMap<string, NodeEntry> {
  const here = [...hub.nodes.peers()].map((peer): [string, NodeEntry] => {
    const nodeId = nodeIdOf(peer)
    return [nodeId, liveEntry(nodeId, peer)]
  })
  return new Map([...(hub.elsewhere?.nodes() ?? []), ...here])
}

function nodeIdOf({ identity, connId }: Peer): string {
  return identity?.device?.deviceId ?? connId
}

/** Reads for whoever may see nodes: who asks, and what devices else there are, is shown to those with `operator.pairing`. */
const READER: Actor = { kind: 'system', part: 'node.list' }

async function list({ hub }: Call): Promise<Answer<'node.list'>> {
  const lists = await hub.components.devices.list(READER)
  if ('outcome' in lists) return denied(lists)
  const nodes = nodeEntries(lists.devices, connected(hub))
  return { result: { ts: hub.components.clock.now(), nodes } }
}

async function describe(
  call: Call,
  { nodeId }: { readonly nodeId: string },
): Promise<Answer<'node.describe'>> {
  const answer = await list(call)
  if (!('result' in answer)) return answer
  const { ts, nodes } = answer.result
  const node = nodes.find((each) => each.nodeId === nodeId)
  return node === undefined ? refusal('NODE_UNKNOWN') : { result: { ts, ...node } }
}

/** The owner's name for a device; one that is no device may be a node of the old pairing. */
async function rename(call: Call, params: NodeName): Promise<Answer<'node.rename'>> {
  const { devices, legacyNodes } = call.hub.components
  const { actor } = call.identity
  const { nodeId, displayName } = params
  const outcome = await devices.rename(actor, nodeId, displayName)
  if (outcome.outcome === 'denied') return denied(outcome)
  if (outcome.outcome === 'done') return { result: { nodeId, displayName } }
  const old = await legacyNodes?.rename(actor, nodeId, displayName)
  if (old?.outcome === 'denied') return denied(old)
  return old?.outcome === 'done' ? { result: { nodeId, displayName } } : refusal('NODE_UNKNOWN')
}

/** What took a while is told to whoever may still hear it. */
async function run(call: Call, given: NodeInvoke): Promise<Answer<'node.invoke'>> {
  const { hub, peer, identity } = call
  const { device } = identity
  const order = orderOf(hub.components, { name: callerOf(call), device }, given)
  const ended = await invoke(hub, order)
  const barred = barredBy(hub, peer, await hub.standings.soon(device))
  if (barred !== undefined) return barred
  return ended.kind === 'not-sent' ? refusal(ended.code, ended.facts) : invoked(given, ended)
}

function invoked({ nodeId, command }: NodeInvoke, ended: Replayed): Answer<'node.invoke'> {
  if (ended.kind !== 'done') return notDone(ended)
  const { payloadJSON } = ended
  const payload = payloadJSON === null ? undefined : parsed(payloadJSON)
  const result = { ok: true, nodeId, command, payloadJSON } as const
  return { result: payload === undefined ? result : { ...result, payload } }
}

/** Said twice in one answer, as text and read: so much that both fit into a message. */
const MAX_READ_CHARS = SESSION_LIMITS.maxBytes / 4

/** Reads what a node said within the bounds of any frame; `undefined` when it is beyond them, or no JSON. */
function parsed(payloadJSON: string): Json | undefined {
  if (payloadJSON.length > MAX_READ_CHARS) return undefined
  const frame = `{"type":"event","event":"-","payload":${payloadJSON}}`
  const decoded = decodeFromGateway(frame, SESSION_LIMITS)
  return decoded.ok && 'payload' in decoded.value ? decoded.value.payload : undefined
}

function notDone(ended: Exclude<Replayed, { readonly kind: 'done' }>): Answer<'node.invoke'> {
  switch (ended.kind) {
    case 'failed':
      return nodeFailed(ended.failure)
    case 'timeout':
      return refusal('NODE_TIMEOUT', { details: { nodeError: { code: 'TIMEOUT' } } })
    case 'gone':
      return refusal('NOT_CONNECTED', { about: 'the connection ended before the node answered' })
    case 'shutdown':
      return refusal('SHUTTING_DOWN')
    case 'forgotten':
      return refusal('NODE_FAILED', { about: 'it was done before; what it said is no longer kept' })
    case 'conflict':
      return refusal('PARAMS_INVALID', {
        about: 'idempotencyKey stands for another call',
        details: { reason: 'idempotency-conflict' },
      })
    case 'full':
      return refusal('RATE_LIMITED', { retryAfterMs: 1_000 })
  }
}

/** In the node's own words, as existing clients look for them. */
function nodeFailed({ code, message }: NodeFailure): Answer<'node.invoke'> {
  const nodeError = { ...named('code', code), ...named('message', message) }
  const { error } = refusal('NODE_FAILED', { details: { nodeError } })
  return { ok: false, error: { ...error, message: message ?? error.message } }
}

function named<K extends string>(
  key: K,
  value: string | undefined,
): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: string })
}

function answered(
  { hub, peer }: Call,
  { id, nodeId, ...said }: NodeInvokeResult,
): Answer<'node.invoke.result'> {
  if (nodeId !== nodeIdOf(peer)) return refusal('NODE_MISMATCH')
  const isWaited = hub.pending.answer(peer, id, outcomeOf(said))
  return { result: isWaited ? { ok: true } : { ok: true, ignored: true } }
}

function outcomeOf(said: Omit<NodeInvokeResult, 'id' | 'nodeId'>): InvokeOutcome {
  if (!said.ok) return { kind: 'failed', failure: short(said.error ?? {}) }
  const { payload, payloadJSON = null } = said
  if (payloadJSON !== null || payload === undefined) return { kind: 'done', payloadJSON }
  return { kind: 'done', payloadJSON: JSON.stringify(payload) }
}

/** A node decides what it says, not how much of it is kept. */
function short({ code, message }: NodeFailure): NodeFailure {
  return { ...named('code', code?.slice(0, 128)), ...named('message', message?.slice(0, 1_024)) }
}

function told(
  { hub, peer }: Call,
  said: { readonly event: string; readonly payload?: Json; readonly payloadJSON?: string | null },
): Answer<'node.event'> {
  const { event, payload } = said
  const payloadJSON =
    said.payloadJSON ?? (payload === undefined ? undefined : JSON.stringify(payload))
  hub.components.onNodeEvent?.({ nodeId: nodeIdOf(peer), event, payloadJSON })
  return { result: { ok: true } }
}
