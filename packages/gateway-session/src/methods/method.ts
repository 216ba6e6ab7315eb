import { isOpenClawError, type Json } from '@openclaw/pairing-contracts'
import {
  decodeParams,
  type ErrorDetailCode,
  type ErrorFacts,
  type MethodName,
  type ParamsOf,
  type ResultOf,
  type WireError,
  wireError,
} from '@openclaw/pairing-protocol'
import type { Hub } from '../hub.ts'
import type { Identity, Peer } from '../peer.ts'
import type { OperatorScope } from '../scopes.ts'

/** Who calls, and where. */
export interface Call {
  readonly hub: Hub
  readonly peer: Peer
  readonly identity: Identity
}

/** Whose call it is, over all their connections: the device, the terminal, or without either this connection. */
export function callerOf({ identity, peer }: Call): string {
  if (identity.device !== undefined) return identity.device.deviceId
  return identity.actor.kind === 'root' ? 'root' : peer.connId
}

/** What a method answers; `afterwards` runs once the answer was sent. */
export type Reply =
  | { readonly ok: true; readonly payload: Json; readonly afterwards?: () => void }
  | { readonly ok: false; readonly error: WireError }

/** Who may call a method: nodes, anybody who was admitted, or operators with a scope. */
export type Audience = 'node' | 'anybody' | OperatorScope

/** One row of the table of methods. */
export interface MethodRow {
  readonly name: string
  readonly audience: Audience
  /** Reads the parameters and does it. Rejects only with what a store throws. */
  readonly run: (call: Call, params: Json | undefined) => Reply | Promise<Reply>
}

/** An answer. */
export function done<T>(result: T, afterwards?: () => void): Reply {
  // The results of the protocol are plain data; their interfaces only lack the index signature of Json.
  const payload = result as unknown as Json
  return afterwards === undefined ? { ok: true, payload } : { ok: true, payload, afterwards }
}

/** A refusal. */
export function failed(code: ErrorDetailCode, facts: ErrorFacts = {}): Reply {
  return { ok: false, error: wireError(code, facts) }
}

/** A method of the protocol: its parameters are read by the protocol's own rules. */
export function method<M extends MethodName>(
  name: M,
  audience: Audience,
  run: (call: Call, params: ParamsOf<M>) => Answer<M> | Promise<Answer<M>>,
): MethodRow {
  return {
    name,
    audience,
    run: async (call, params) => {
      const decoded = decodeParams(name, params)
      if (!decoded.ok) return failed('PARAMS_INVALID', { about: decoded.refusal.message })
      const answer = await answerOf(() => run(call, decoded.value))
      return 'result' in answer ? done(answer.result, answer.afterwards) : answer
    },
  }
}

/** What a caller gave that a port does not take: no fault of the store, and trying again mends nothing. */
const CALLERS_FAULTS: ReadonlySet<string> = new Set(['ERR_DEVICE_LABEL_INVALID'])

async function answerOf<M extends MethodName>(
  run: () => Answer<M> | Promise<Answer<M>>,
): Promise<Answer<M>> {
  try {
    return await run()
  } catch (error) {
    if (!isOpenClawError(error) || !CALLERS_FAULTS.has(error.code)) throw error
    return refusal('PARAMS_INVALID', { about: error.message, details: { error: error.code } })
  }
}

/** The result of a method, or a refusal. */
export type Answer<M extends MethodName> =
  | { readonly result: ResultOf<M>; readonly afterwards?: () => void }
  | { readonly ok: false; readonly error: WireError }

/** A refusal of a method. */
export function refusal(
  code: ErrorDetailCode,
  facts: ErrorFacts = {},
): { readonly ok: false; readonly error: WireError } {
  return { ok: false, error: wireError(code, facts) }
}
