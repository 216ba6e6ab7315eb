import { isWholeText } from '@openclaw/credential-store/kit'
import {
  type Json,
  ReplicaBusy,
  ReplicaFailed,
  ReplicaGone,
  ReplicaLate,
  type Replicas,
  ReplicaTooLarge,
} from '@openclaw/pairing-contracts'
import { LONGEST_ASK_MS, MAX_ASKED, MAX_BODY_BYTES, MAX_KIND_LENGTH } from '../limits.ts'
import type { Letter } from './letter.ts'
import type { ReplicaParts } from './links.ts'
import { earliest } from './parts.ts'

/** Has it wait to be told to all, unless that is more than may go or wait. */
export function putTell({ replica, outbox }: ReplicaParts, kind: string, body: Json): void {
  const text = JSON.stringify(body)
  const bytes = Buffer.byteLength(text)
  if (!isKind(kind) || bytes > MAX_BODY_BYTES) return
  const until = earliest(replica.clock) + replica.context.replicaTiming.tellMs
  outbox.add({ to: undefined, what: 'tell', kind, question: undefined, text, bytes, until })
}

/**
 * Has a question wait to be asked, and resolves with its answer.
 *
 * @throws see `ask` of the port
 */
export function putAsk(
  parts: ReplicaParts,
  question: Parameters<Replicas['ask']>,
): Promise<string> {
  const [to, , , withinMs] = question
  const number = parts.outbox.add(letterOf(parts, question))
  if (number === undefined) throw new ReplicaBusy()
  return parts.questions.wait({ number, to, withinMs: Math.min(withinMs, LONGEST_ASK_MS) })
}

function letterOf(
  { replica, questions }: ReplicaParts,
  [to, kind, body, withinMs]: Parameters<Replicas['ask']>,
): Omit<Letter, 'number'> {
  const text = JSON.stringify(body)
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_BODY_BYTES) throw new ReplicaTooLarge()
  if (to === replica.context.replicaId || !isId(to)) throw new ReplicaGone()
  if (!isKind(kind)) throw new ReplicaFailed()
  if (questions.count() >= MAX_ASKED) throw new ReplicaBusy()
  if (!(withinMs > 0)) throw new ReplicaLate(withinMs)
  const until = earliest(replica.clock) + Math.min(withinMs, LONGEST_ASK_MS)
  return { to, what: 'ask', kind, question: undefined, text, bytes, until }
}

const isKind = (kind: string): boolean =>
  kind !== '' && kind.length <= MAX_KIND_LENGTH && isWholeText(kind)

/** The form in which ids are drawn: anything else is nobody's. */
const isId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
