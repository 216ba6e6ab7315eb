import type { Json } from '@openclaw/pairing-contracts'
import * as z from 'zod'
import { type Check, checker } from './check.ts'
import { MAX_INVOKE_TIMEOUT_MS } from './limits.ts'
import type {
  Done,
  NodeDescription,
  NodeEvent,
  NodeInvoke,
  NodeInvoked,
  NodeInvokeRequest,
  NodeInvokeResult,
  NodeList,
  NodeName,
  NodeRef,
  SkillBins,
} from './nodes.ts'
import { isId, isText } from './words.ts'

const id = z.custom<string>(isId, 'expected an id')
const label = z.custom<string>(
  (value) => isText(value) && value.trim() !== '',
  'expected 1 to 256 printable characters',
)
const json = z.custom<Json>((value) => value !== undefined, 'expected a value').exactOptional()
const text = z.string().exactOptional()
const textOrNull = z.string().nullable().exactOptional()
const strings = z.array(z.string()).exactOptional()
const ms = z.number().int().nonnegative()

const node = {
  nodeId: id,
  connected: z.boolean(),
  paired: z.boolean().exactOptional(),
  displayName: text,
  label: text,
  platform: text,
  version: text,
  coreVersion: text,
  uiVersion: text,
  deviceFamily: text,
  modelIdentifier: text,
  remoteIp: text,
  caps: strings,
  commands: strings,
  pathEnv: text,
  permissions: z.record(z.string(), z.boolean()).exactOptional(),
  connectedAtMs: ms.exactOptional(),
}

const failure = z.strictObject({ code: text, message: text })

/** What a gateway reads: nothing unknown. */
export const nodeParams: {
  readonly ref: Check<NodeRef>
  readonly name: Check<NodeName>
  readonly invoke: Check<NodeInvoke>
  readonly result: Check<NodeInvokeResult>
  readonly event: Check<NodeEvent>
} = {
  ref: checker(z.strictObject({ nodeId: id })),
  name: checker(z.strictObject({ nodeId: id, displayName: label })),
  invoke: checker<NodeInvoke>(
    z.strictObject({
      nodeId: id,
      command: id,
      idempotencyKey: id,
      params: json,
      timeoutMs: ms.max(MAX_INVOKE_TIMEOUT_MS, 'expected at most one hour').exactOptional(),
    }),
  ),
  result: checker<NodeInvokeResult>(
    z.strictObject({
      id,
      nodeId: id,
      ok: z.boolean(),
      payload: json,
      payloadJSON: textOrNull,
      error: failure.nullable().exactOptional(),
    }),
  ),
  event: checker<NodeEvent>(z.strictObject({ event: id, payload: json, payloadJSON: textOrNull })),
}

/** What a client or a node reads: keys that it does not know are kept. */
export const nodeResults: {
  readonly list: Check<NodeList>
  readonly description: Check<NodeDescription>
  readonly name: Check<NodeName>
  readonly invoked: Check<NodeInvoked>
  readonly invokeRequest: Check<NodeInvokeRequest>
  readonly done: Check<Done>
  readonly bins: Check<SkillBins>
} = {
  list: checker<NodeList>(z.looseObject({ ts: ms, nodes: z.array(z.looseObject(node)) })),
  description: checker<NodeDescription>(z.looseObject({ ts: ms, ...node })),
  name: checker<NodeName>(z.looseObject({ nodeId: id, displayName: z.string() })),
  invoked: checker<NodeInvoked>(
    z.looseObject({
      ok: z.literal(true),
      nodeId: id,
      command: z.string(),
      payload: json,
      payloadJSON: textOrNull,
    }),
  ),
  invokeRequest: checker<NodeInvokeRequest>(
    z.looseObject({
      id,
      nodeId: id,
      command: z.string(),
      paramsJSON: textOrNull,
      timeoutMs: ms.exactOptional(),
      idempotencyKey: text,
    }),
  ),
  done: checker<Done>(z.looseObject({ ok: z.literal(true), ignored: z.boolean().exactOptional() })),
  bins: checker<SkillBins>(z.looseObject({ bins: z.array(z.string()) })),
}
