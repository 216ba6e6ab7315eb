import type { Json, ReplicaId, Replicas } from '@openclaw/pairing-contracts'
import { MAX_ANSWERING, MAX_ANSWERING_BYTES, MAX_BODY_BYTES } from '../limits.ts'
import type { Arrived } from './letter.ts'

/** How something that was asked ends: JSON, or the code of an error. */
export type Reply = Pick<Arrived, 'what' | 'text'>

/** Whoever serves here what others tell and ask. */
export interface Answers {
  readonly serve: Replicas['serve']
  readonly tell: (letter: Arrived) => void
  /** Never rejects. The handler is called before this returns. */
  readonly ask: (letter: Arrived) => Promise<Reply>
}

type Handler = (body: Json, from: ReplicaId) => Json | Promise<Json>

const failure = (text: string): Reply => ({ what: 'failure', text })

/** Nothing served yet. */
export function answers(): Answers {
  const handlers = new Map<string, Handler>()
  const busy = { count: 0, bytes: 0 }
  const call = async ({ kind, text, from }: Arrived): Promise<Json | undefined> =>
    handlers.get(kind)?.(JSON.parse(text) as Json, from)
  return {
    serve: (kind, answer) => {
      if (handlers.has(kind)) throw new TypeError(`${kind} is served already`)
      const own: Handler = (body, from) => answer(body, from)
      handlers.set(kind, own)
      return () => {
        if (handlers.get(kind) === own) handlers.delete(kind)
      }
    },
    tell: (letter) => {
      call(letter).catch(() => undefined)
    },
    ask: async (letter) => {
      if (busy.count >= MAX_ANSWERING || busy.bytes + letter.bytes > MAX_ANSWERING_BYTES) {
        return failure('ERR_REPLICA_BUSY')
      }
      busy.count += 1
      busy.bytes += letter.bytes
      try {
        return replyOf(await call(letter))
      } catch {
        return failure('ERR_REPLICA_FAILED')
      } finally {
        busy.count -= 1
        busy.bytes -= letter.bytes
      }
    },
  }
}

function replyOf(answer: Json | undefined): Reply {
  const text: string | undefined = JSON.stringify(answer)
  if (text === undefined) return failure('ERR_REPLICA_FAILED')
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) return failure('ERR_REPLICA_TOO_LARGE')
  return { what: 'answer', text }
}
