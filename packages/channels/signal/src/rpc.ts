import { jsonOf } from '@openclaw/pairing-channel-kit'
import { exchange, type NoAnswer } from '@openclaw/pairing-channel-kit/http'
import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import { isRecord } from './json.ts'

/** What a call of the daemon came to. */
export type RpcAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  /** The daemon refused or failed; `data` may hold a result all the same. */
  | {
      readonly kind: 'error'
      readonly code: number
      readonly message: string
      readonly data: unknown
    }
  /** Something that is not the daemon's JSON-RPC answered. */
  | { readonly kind: 'foreign'; readonly status: number }
  | NoAnswer

/** Calls the daemon; never rejects. */
export type Rpc = (
  method: string,
  params: Readonly<Record<string, unknown>>,
  bounds: RpcBounds,
) => Promise<RpcAnswer>

/** How long a call may take, in ms, and what ends it sooner. */
export interface RpcBounds {
  readonly ms: number
  readonly stop?: AbortSignalLike | undefined
}

/** JSON-RPC 2.0 over the daemon's HTTP. */
export function rpcOf(baseUrl: string): Rpc {
  let id = 0
  return async (method, params, bounds) => {
    id += 1
    const body = JSON.stringify({ jsonrpc: '2.0', id: String(id), method, params })
    const answer = await exchange({ url: `${baseUrl}/api/v1/rpc`, body }, bounds)
    if (answer.kind !== 'answered') return answer
    const { status, text } = answer
    return status === 200 ? decode(text) : { kind: 'foreign', status }
  }
}

function decode(text: string): RpcAnswer {
  const answer = jsonOf(text)
  if (!isRecord(answer)) return { kind: 'foreign', status: 200 }
  const { error, result } = answer
  if (isRecord(error)) {
    const code = typeof error.code === 'number' ? error.code : 0
    const message = typeof error.message === 'string' ? error.message : 'no reason given'
    return { kind: 'error', code, message: plainText(message), data: error.data }
  }
  return result === undefined ? { kind: 'foreign', status: 200 } : { kind: 'result', result }
}

/** Words of the daemon, fit for a log: without control characters, at most 200 long. */
export function plainText(text: string): string {
  const clean = text.replaceAll(/\p{C}+/gu, ' ').trim()
  return clean.length > 200 ? `${clean.slice(0, 199)}…` : clean
}
