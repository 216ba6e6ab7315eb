import { isRecord, jsonOf } from '@openclaw/pairing-channel-kit'
import { MAX_PENDING, MAX_UNANSWERED } from './limits.ts'

/** What a call of imsg came to. */
export type RpcAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  | {
      readonly kind: 'error'
      readonly code: number
      readonly message: string
      readonly data: unknown
    }
  /** It was written, and nobody knows what became of it. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** It never left. */
  | { readonly kind: 'unwritten'; readonly reason: string }

/** Calls one running imsg; never rejects. */
export type Call = (
  method: string,
  params: Readonly<Record<string, unknown>>,
  ms: number,
) => Promise<RpcAnswer>

/** JSON-RPC over lines, with one running imsg. */
export interface RpcClient {
  readonly call: Call
  /** The same, but no answer to it says nothing: some do not know every method, and are silent. */
  readonly ask: Call
  /** Takes a line of its output; false for what is no message of JSON-RPC. */
  readonly take: (line: string) => boolean
  /** Whatever still waits for an answer gets none. */
  readonly end: (reason: string) => void
}

/** What an {@link rpcClient} works with. */
export interface RpcComponents {
  /** Writes a line; false when there is no room, and nothing was written; `onFailed` when that turns out later. */
  readonly write: (line: string, onFailed: () => void) => boolean
  readonly onNotice: (method: string, params: unknown) => void
  /** Several requests in a row were not answered. */
  readonly onDeaf: () => void
}

/** What settles a request, by its id. */
type Pending = Map<number, (answer: RpcAnswer) => void>

/** Nothing asked yet. */
export function rpcClient({ write, onNotice, onDeaf }: RpcComponents): RpcClient {
  const pending: Pending = new Map()
  let newest = 0
  let unanswered = 0
  let ended: string | undefined
  const ask: Call = (method, params, ms) => {
    if (ended !== undefined) return unwritten(ended)
    if (pending.size >= MAX_PENDING) return unwritten('imsg is busy')
    newest += 1
    const request = { jsonrpc: '2.0', id: newest, method, params }
    return answered(pending, { id: newest, ms }, (onFailed) =>
      write(`${JSON.stringify(request)}\n`, onFailed),
    )
  }
  const call: Call = async (...request) => {
    const answer = await ask(...request)
    if (answer === LATE) unanswered += 1
    if (answer === LATE && unanswered >= MAX_UNANSWERED) onDeaf()
    return answer
  }
  const take = (line: string): boolean => {
    const message = jsonOf(line)
    if (!isRecord(message)) return false
    const { id, method, params } = message as Message
    if (typeof method === 'string') onNotice(method, params)
    else if (typeof id !== 'number') return id === null
    else {
      unanswered = 0
      pending.get(id)?.(answerOf(message))
    }
    return true
  }
  const end = (reason: string): void => {
    ended ??= reason
    for (const settle of [...pending.values()]) settle({ kind: 'lost', reason })
  }
  return { ask, call, take, end }
}

const unwritten = (reason: string): Promise<RpcAnswer> =>
  Promise.resolve({ kind: 'unwritten', reason })

/** Writes a request, and waits for what settles it: its answer, the end of imsg, or the time. */
function answered(
  pending: Pending,
  { id, ms }: { readonly id: number; readonly ms: number },
  write: (onFailed: () => void) => boolean,
): Promise<RpcAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: RpcAnswer): void => {
      clearTimeout(timer)
      pending.delete(id)
      resolve(answer)
    }
    const timer = setTimeout(() => settle(LATE), ms)
    pending.set(id, settle)
    const fail = (): void => settle({ kind: 'unwritten', reason: 'imsg takes nothing in' })
    if (!write(fail)) fail()
  })
}

const LATE: RpcAnswer = { kind: 'lost', reason: 'imsg did not answer in time' }

interface Message {
  readonly id?: unknown
  readonly method?: unknown
  readonly params?: unknown
  readonly error?: unknown
  readonly result?: unknown
}

function answerOf({ error, result }: Message): RpcAnswer {
  if (!isRecord(error)) return { kind: 'result', result }
  const { code, message, data } = error as {
    readonly code?: unknown
    readonly message?: unknown
    readonly data?: unknown
  }
  // What went wrong may stand in either.
  const words = [message, data].filter((each) => typeof each === 'string' && each !== '')
  return {
    kind: 'error',
    code: typeof code === 'number' ? code : 0,
    message: words.join(': ') || 'no reason given',
    data,
  }
}
