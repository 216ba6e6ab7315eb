import { isWholeText, StoreClosed } from '@openclaw/credential-store/kit'
import {
  type Json,
  ReplicaBusy,
  ReplicaFailed,
  ReplicaGone,
  type ReplicaId,
  ReplicaLate,
  type Replicas,
  ReplicaTooLarge,
} from '@openclaw/pairing-contracts'
import { LONGEST_ASK_MS, MAX_ASKED, MAX_BODY_BYTES, MAX_KIND_LENGTH } from '../limits.ts'
import { answers } from './answers.ts'
import type { Letter } from './letter.ts'
import { beginLinks, type OpenLinks, type ReplicaParts } from './links.ts'
import { othersOf } from './others.ts'
import { outboxWith } from './outbox.ts'
import { ownNotes } from './own-notes.ts'
import { earliest, type ReplicaContext } from './parts.ts'
import { questions } from './questions.ts'

/** The replicas of a store. */
export interface StoreReplicas extends Replicas {
  /** A notification: there is mail for this replica. */
  readonly mailArrived: () => void
  /** A notification: replicas came, went or noted something. */
  readonly notesChanged: () => void
  /** Says goodbye. */
  readonly close: () => Promise<void>
}

interface UseState {
  links: OpenLinks | undefined
  isClosed: boolean
}

/** No row, no connection and no timer before somebody uses them. */
export function replicasOn(replica: ReplicaContext): StoreReplicas {
  const parts: ReplicaParts = {
    replica,
    outbox: outboxWith(() => replica.clock.now()),
    questions: questions(),
    answers: answers(),
    own: ownNotes(replica),
    others: othersOf(replica),
    listeners: new Set(),
  }
  const state: UseState = { links: undefined, isClosed: false }
  const use = (): OpenLinks | undefined => {
    if (!state.isClosed) state.links ??= beginLinks(parts)
    return state.links
  }
  return {
    ...portOf(parts, { use, isClosed: () => state.isClosed }),
    mailArrived: () => state.links?.mail.arrived(),
    notesChanged: () => state.links?.life.wake(),
    close: async () => {
      if (state.isClosed) return
      state.isClosed = true
      parts.questions.failAll(new StoreClosed())
      await state.links?.close()
      parts.others.clear()
    },
  }
}

interface Use {
  readonly use: () => OpenLinks | undefined
  readonly isClosed: () => boolean
}

function portOf(parts: ReplicaParts, { use, isClosed }: Use): Replicas {
  const { replica, outbox, own, others, listeners } = parts
  const { replicaId, replicaTiming } = replica.context
  return {
    id: replicaId,
    others: () => {
      use()
      return isClosed() ? [] : others.ids()
    },
    tell: (kind, body) => {
      const links = use()
      const text = JSON.stringify(body)
      const bytes = Buffer.byteLength(text)
      if (isClosed() || !isKind(kind) || bytes > MAX_BODY_BYTES) return
      const until = earliest(replica.clock) + replicaTiming.tellMs
      outbox.add({ to: undefined, what: 'tell', kind, question: undefined, text, bytes, until })
      links?.mail.wake()
    },
    ask: async (to, kind, body, withinMs) => {
      if (isClosed()) throw new StoreClosed()
      const links = use()
      const within = Math.min(withinMs, LONGEST_ASK_MS)
      const letter = letterOf(parts, { to, kind, body, withinMs: within })
      const number = outbox.add(letter)
      if (number === undefined) throw new ReplicaBusy()
      const answer = parts.questions.wait({ number, to, withinMs: within })
      links?.asked()
      return JSON.parse(await answer) as Json
    },
    serve: (kind, answer) => {
      use()
      return parts.answers.serve(kind, answer)
    },
    note: (key, value) => {
      const links = use()
      if (isClosed()) return
      own.put(key, value)
      if (own.isPending()) links?.life.wake()
    },
    noted: (prefix) => {
      use()
      return isClosed() ? [] : others.noted(prefix)
    },
    onNoted: (listener) => {
      use()
      const called = (): void => listener()
      listeners.add(called)
      return () => void listeners.delete(called)
    },
  }
}

const isKind = (kind: string): boolean =>
  kind !== '' && kind.length <= MAX_KIND_LENGTH && isWholeText(kind)

/** The form in which ids are drawn: anything else is nobody's. */
const isId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)

function letterOf(
  { replica, questions: asked }: ReplicaParts,
  question: {
    readonly to: ReplicaId
    readonly kind: string
    readonly body: Json
    readonly withinMs: number
  },
): Omit<Letter, 'number'> {
  const { to, kind, body, withinMs } = question
  const text = JSON.stringify(body)
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_BODY_BYTES) throw new ReplicaTooLarge()
  if (to === replica.context.replicaId || !isId(to)) throw new ReplicaGone()
  if (!isKind(kind)) throw new ReplicaFailed()
  if (asked.count() >= MAX_ASKED) throw new ReplicaBusy()
  if (!(withinMs > 0)) throw new ReplicaLate(withinMs)
  const until = earliest(replica.clock) + withinMs
  return { to, what: 'ask', kind, question: undefined, text, bytes, until }
}
