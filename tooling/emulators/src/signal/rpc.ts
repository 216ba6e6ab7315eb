import type { SignalFaultEffect } from './faults.ts'
import type { SignalSent } from './types.ts'

/** What the methods work on. */
export interface RpcState {
  readonly numbers: readonly string[]
  readonly unregistered: ReadonlySet<string>
  readonly deliver: (message: Omit<SignalSent, 'timestamp'>) => SignalSent
  readonly now: () => number
}

/** A JSON-RPC request, read. */
export interface RpcCall {
  readonly id: unknown
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** The body of an answer. */
type Outcome =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data: unknown } }

const NUMBER = /^\+[1-9]\d{6,14}$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The codes with which the daemon says that a send failed for its one recipient. */
const CODES: Readonly<Record<string, number>> = { IDENTITY_FAILURE: -4, RATE_LIMIT_FAILURE: -5 }

/** Carries a call out as the daemon would, or fails as the fault says. */
export function answerRpc(
  state: RpcState,
  call: RpcCall,
  effect: SignalFaultEffect | undefined,
): object {
  return { jsonrpc: '2.0', ...outcomeOf(state, call, effect), id: call.id }
}

function outcomeOf(state: RpcState, call: RpcCall, effect: SignalFaultEffect | undefined): Outcome {
  if (effect?.kind === 'error') return failed(effect.code, effect.message)
  const isMulti = state.numbers.length > 1
  if (call.method === 'version') return { result: { version: '0.14.6' } }
  if (call.method === 'listAccounts' && isMulti)
    return { result: state.numbers.map((number) => ({ number })) }
  if (call.method !== 'send') return failed(-32601, 'Method not implemented')
  const { account } = call.params as { readonly account?: unknown }
  if (isMulti && account === undefined)
    return failed(-32602, 'Method requires valid account parameter')
  if (account !== undefined && !state.numbers.includes(String(account)))
    return failed(-32602, 'Specified account does not exist')
  return send(state, call.params, effect)
}

function send(
  state: RpcState,
  params: RpcCall['params'],
  effect: SignalFaultEffect | undefined,
): Outcome {
  const { recipient, message, textStyle } = params as Readonly<Record<string, unknown>> & {
    readonly recipient?: unknown
    readonly message?: unknown
    readonly textStyle?: unknown
  }
  const [to] = Array.isArray(recipient) ? (recipient as unknown[]) : []
  if (typeof to !== 'string' || !(NUMBER.test(to) || UUID.test(to)))
    return failed(-1, `Invalid identifier: ${String(to)}`)
  if (typeof message !== 'string' || message === '') return failed(-1, 'No message given')
  const unregistered = state.unregistered.has(to) ? 'UNREGISTERED_FAILURE' : undefined
  const type = effect?.kind === 'result' ? effect.type : unregistered
  if (type !== undefined) return refused(state, { to, type, effect })
  const styles = Array.isArray(textStyle) ? textStyle.map(String) : []
  const { timestamp } = state.deliver({ to, text: message, textStyle: styles })
  return { result: responseOf(to, timestamp, { type: 'SUCCESS' }) }
}

interface Refusal {
  readonly to: string
  readonly type: string
  readonly effect: SignalFaultEffect | undefined
}

/** Nobody got it: the daemon fails, and gives the results along. */
function refused({ now }: RpcState, { to, type, effect }: Refusal): Outcome {
  const { token, retryAfterSeconds } = effect?.kind === 'result' ? effect : {}
  const more = {
    ...(token !== undefined && { token }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
  const response = responseOf(to, now(), { type, ...more })
  return failed(CODES[type] ?? -1, 'Failed to send message', { response })
}

function responseOf(to: string, timestamp: number, result: object): object {
  const address = NUMBER.test(to) ? { uuid: null, number: to } : { uuid: to, number: null }
  return { timestamp, results: [{ recipientAddress: { ...address, username: null }, ...result }] }
}

const failed = (code: number, message: string, data: unknown = null): Outcome => ({
  error: { code, message, data },
})
