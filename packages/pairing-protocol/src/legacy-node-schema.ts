import * as z from 'zod'
import { type Check, checker } from './check.ts'
import type {
  LegacyNodeApproved,
  LegacyNodeAsk,
  LegacyNodeAsked,
  LegacyNodeList,
  LegacyNodeProof,
  LegacyNodeRejected,
  LegacyNodeRequest,
  LegacyNodeResolved,
  LegacyNodeVerified,
} from './legacy-nodes.ts'
import { MAX_CLAIMS } from './limits.ts'
import { isId, isSecret, isText } from './words.ts'

const id = z.custom<string>(isId, 'expected an id')
const claim = z.custom<string>(isText, 'expected at most 256 printable characters').exactOptional()
const claims = z
  .array(id)
  .max(MAX_CLAIMS, `expected at most ${String(MAX_CLAIMS)} entries`)
  .exactOptional()
const text = z.string().exactOptional()
const strings = z.array(z.string()).exactOptional()
const ms = z.number().int().nonnegative()
const flag = z.boolean().exactOptional()

const shown = {
  nodeId: id,
  displayName: text,
  platform: text,
  version: text,
  coreVersion: text,
  uiVersion: text,
  deviceFamily: text,
  modelIdentifier: text,
  caps: strings,
  commands: strings,
  remoteIp: text,
}
const request = z.looseObject({
  ...shown,
  requestId: id,
  ts: ms,
  silent: flag,
  isRepair: flag,
})
const node = z.looseObject({
  ...shown,
  token: text,
  permissions: z.record(z.string(), z.boolean()).exactOptional(),
  createdAtMs: ms,
  approvedAtMs: ms,
  lastConnectedAtMs: ms.exactOptional(),
})

/** What a gateway reads: nothing unknown. */
export const legacyNodeParams: {
  readonly ask: Check<LegacyNodeAsk>
  readonly proof: Check<LegacyNodeProof>
} = {
  ask: checker<LegacyNodeAsk>(
    z.strictObject({
      nodeId: id,
      displayName: claim,
      platform: claim,
      version: claim,
      coreVersion: claim,
      uiVersion: claim,
      deviceFamily: claim,
      modelIdentifier: claim,
      caps: claims,
      commands: claims,
      remoteIp: claim,
      silent: flag,
    }),
  ),
  proof: checker(
    z.strictObject({
      nodeId: id,
      token: z.custom<string>(isSecret, 'expected at most 1024 printable characters'),
    }),
  ),
}

/** What a client reads: keys that it does not know are kept. */
export const legacyNodeResults: {
  readonly asked: Check<LegacyNodeAsked>
  readonly list: Check<LegacyNodeList>
  readonly approved: Check<LegacyNodeApproved>
  readonly rejected: Check<LegacyNodeRejected>
  readonly verified: Check<LegacyNodeVerified>
  readonly request: Check<LegacyNodeRequest>
  readonly resolved: Check<LegacyNodeResolved>
} = {
  asked: checker<LegacyNodeAsked>(
    z.looseObject({ status: z.literal('pending'), request, created: z.boolean() }),
  ),
  list: checker<LegacyNodeList>(
    z.looseObject({ pending: z.array(request), paired: z.array(node) }),
  ),
  approved: checker<LegacyNodeApproved>(z.looseObject({ requestId: id, node })),
  rejected: checker<LegacyNodeRejected>(z.looseObject({ requestId: id, nodeId: id })),
  verified: checker<LegacyNodeVerified>(
    z.looseObject({ ok: z.boolean(), node: node.exactOptional() }),
  ),
  request: checker<LegacyNodeRequest>(request),
  resolved: checker<LegacyNodeResolved>(
    z.looseObject({ requestId: id, nodeId: id, decision: z.string(), ts: ms }),
  ),
}
