import type { AdmittedDevice } from '@openclaw/device-pairing'
import type { Json } from '@openclaw/pairing-contracts'
import type { NodeInvoke } from '@openclaw/pairing-protocol'
import { INVOKE_TIMEOUT_MS } from '../limits.ts'
import type { SessionComponents } from '../ports.ts'
import type { CallId } from './replays.ts'

/** A command for a node, as its caller gave it. */
export interface Order {
  readonly id: CallId
  /** What its caller was admitted with; `undefined` for the terminal. */
  readonly device: AdmittedDevice | undefined
  readonly nodeId: string
  readonly command: string
  readonly paramsJSON: string | null
  readonly timeoutMs: number
  readonly idempotencyKey: string
}

/** Who calls. */
export interface Caller {
  /** Whose the idempotency key is, over all their connections. */
  readonly name: string
  readonly device: AdmittedDevice | undefined
}

/** Reads what a caller asks for. */
export function orderOf(
  { sha256 }: Pick<SessionComponents, 'sha256'>,
  { name, device }: Caller,
  { nodeId, command, idempotencyKey, params, timeoutMs }: NodeInvoke,
): Order {
  const paramsJSON = params === undefined ? null : JSON.stringify(cleaned(command, params))
  const fingerprint = sha256(JSON.stringify([nodeId, command, paramsJSON]))
  return {
    id: { key: `${name} ${idempotencyKey}`, fingerprint },
    device,
    nodeId,
    command,
    paramsJSON,
    timeoutMs: timeoutMs || INVOKE_TIMEOUT_MS,
    idempotencyKey,
  }
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
