import type { Json } from '@openclaw/pairing-contracts'
import { decodeResult, isMethodName } from '../decode-method.ts'
import { MAX_INVOKE_TIMEOUT_MS } from '../limits.ts'
import type { GatewayClient, RequestOptions } from './client-types.ts'
import { ClientOptionsInvalid } from './errors.ts'
import { COMMAND_TIMEOUT_MS, INVOKE_MARGIN_MS, MAX_REQUESTS, REQUEST_TIMEOUT_MS } from './limits.ts'
import type { Timers } from './ports.ts'
import type { Readiness } from './readiness.ts'
import { NoAnswer, RequestNotSent } from './request-errors.ts'

/** The `request` of a client: waits for a connection, then for the answer, at most 64 at a time. */
export function requester(readiness: Readiness, timers: Timers): GatewayClient['request'] {
  let asked = 0
  const ask = async (
    method: string,
    params: unknown,
    options: RequestOptions,
  ): Promise<Json | undefined> => {
    const { signal } = options
    const timeoutMs = checkedTimeout(options.timeoutMs ?? usualTimeout(method, params))
    const begun = timers.elapsed()
    const link = await readiness.wait({ timeoutMs, signal })
    if (signal?.aborted === true) throw new RequestNotSent(method, 'aborted')
    const left = Math.max(1, timeoutMs - (timers.elapsed() - begun))
    return checkedResult(method, await link.request({ method, params, timeoutMs: left, signal }))
  }
  const request = async (method: string, params: unknown, options: RequestOptions = {}) => {
    if (asked >= MAX_REQUESTS) throw new RequestNotSent(method, 'too-many')
    if (options.signal?.aborted === true) throw new RequestNotSent(method, 'aborted')
    asked += 1
    try {
      return await ask(method, params, options)
    } finally {
      asked -= 1
    }
  }
  // One implementation for all methods: what each takes and answers is checked by its schema.
  return request as GatewayClient['request']
}

function usualTimeout(method: string, params: unknown): number {
  if (method !== 'node.invoke') return REQUEST_TIMEOUT_MS
  const { timeoutMs } = params as { readonly timeoutMs?: number }
  return (timeoutMs ?? COMMAND_TIMEOUT_MS) + INVOKE_MARGIN_MS
}

function checkedTimeout(timeoutMs: number): number {
  const most = MAX_INVOKE_TIMEOUT_MS + INVOKE_MARGIN_MS
  if (timeoutMs > 0 && timeoutMs <= most) return timeoutMs
  throw new ClientOptionsInvalid(`timeoutMs is not between 1 and ${String(most)}`)
}

function checkedResult(method: string, payload: unknown): Json | undefined {
  if (!isMethodName(method)) return payload as Json | undefined
  const result = decodeResult(method, payload as Json | undefined)
  if (!result.ok) throw new NoAnswer(method, 'unreadable', new Error(result.refusal.message))
  return result.value as unknown as Json
}
