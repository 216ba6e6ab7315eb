/**
 * Requests whose fate is known: what was never written can be told from what may have arrived.
 *
 * @module
 */
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plain,
} from 'node:http'
import { request as secure } from 'node:https'
import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import { whenAborted } from './when-aborted.ts'

/** The longest answer that is read, in bytes. */
const MAX_ANSWER_BYTES: number = 1024 * 1024

/** One request. */
export interface HttpRequest {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; its method is POST unless given. */
  readonly body?: string
  /** GET without a body. */
  readonly method?: string
}

/** How long a request may take, in ms, and what ends it sooner. */
export interface HttpBounds {
  readonly ms: number
  readonly stop?: AbortSignalLike | undefined
}

/**
 * Why there is no answer; `reason` is short and holds no message.
 *
 * - `unreachable`: no connection came about, so nothing arrived there
 * - `lost`: the request may have arrived, the answer did not
 */
export interface NoAnswer {
  readonly kind: 'unreachable' | 'lost'
  readonly reason: string
}

/** The beginning of an answer, its body not read yet, or why there is none. */
export type Opened = { readonly kind: 'answered'; readonly answer: IncomingMessage } | NoAnswer

/**
 * Sends a request on a connection of its own: on an idle one that the other side has just closed, its fate would be
 * unknown. Never rejects.
 */
export function open(
  { url, headers, body, method = body === undefined ? 'GET' : 'POST' }: HttpRequest,
  bounds: HttpBounds,
): Promise<Opened> {
  const send = url.startsWith('https:') ? secure : plain
  try {
    const request = send(url, { agent: false, method, headers: headersOf(headers, body) })
    return settled(request, bounds, () => request.end(body))
  } catch (error) {
    // An address or header that Node does not take.
    const { code = 'failed' } = error as NodeJS.ErrnoException
    return Promise.resolve({ kind: 'unreachable', reason: `no request (${code})` })
  }
}

function headersOf(
  headers: HttpRequest['headers'],
  body: string | undefined,
): Record<string, string | number> {
  if (body === undefined) return { ...headers }
  const length = Buffer.byteLength(body)
  return { ...headers, 'content-type': 'application/json', 'content-length': length }
}

function settled(
  request: ClientRequest,
  { ms, stop }: HttpBounds,
  begin: () => void,
): Promise<Opened> {
  return new Promise((resolve) => {
    const state = { connected: false }
    const fail = (reason: string): void => {
      end()
      request.destroy()
      const kind = state.connected ? 'lost' : 'unreachable'
      resolve({ kind, reason: state.connected ? reason : `no connection (${reason})` })
    }
    const stopped = (): void => fail('stopped')
    const timer = setTimeout(() => fail('no answer in time'), ms)
    const end = (): void => {
      clearTimeout(timer)
      forget?.()
    }
    request.on('socket', (socket) => {
      const ready = request.protocol === 'https:' ? 'secureConnect' : 'connect'
      socket.once(ready, () => {
        state.connected = true
      })
    })
    request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'failed'))
    request.on('response', (answer) => {
      end()
      resolve({ kind: 'answered', answer })
    })
    const forget = stop && whenAborted(stop, stopped)
    if (stop?.aborted) stopped()
    else begin()
  })
}

/** A whole answer, or why there is none. */
export type Answer =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly headers: IncomingHttpHeaders
      readonly text: string
    }
  | NoAnswer

/** Sends a request and reads the answer, bounded in time and size. Never rejects. */
export async function exchange(request: HttpRequest, bounds: HttpBounds): Promise<Answer> {
  const opened = await open(request, bounds)
  if (opened.kind !== 'answered') return opened
  const { answer } = opened
  const text = await restOf(answer, bounds)
  if (text === undefined) return { kind: 'lost', reason: 'the answer broke off' }
  return { kind: 'answered', status: answer.statusCode ?? 0, headers: answer.headers, text }
}

/** The rest of an answer; `undefined` when it does not end in time, breaks off or is too long. */
export async function restOf(
  answer: IncomingMessage,
  { ms }: HttpBounds,
): Promise<string | undefined> {
  const timer = setTimeout(() => answer.destroy(), ms)
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      size += part.length
      if (size > MAX_ANSWER_BYTES) return undefined
      parts.push(part)
    }
    return answer.complete ? Buffer.concat(parts).toString() : undefined
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
    answer.destroy()
  }
}
