import { StoreClosed } from '@openclaw/credential-store/kit'
import type { Json, Replicas } from '@openclaw/pairing-contracts'
import { answers } from './answers.ts'
import { beginLinks, type OpenLinks, type ReplicaParts } from './links.ts'
import { othersOf } from './others.ts'
import { outboxWith } from './outbox.ts'
import { ownNotes } from './own-notes.ts'
import type { ReplicaContext } from './parts.ts'
import { questions } from './questions.ts'
import { putAsk, putTell } from './sending.ts'

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
  const { replica, own, others, listeners } = parts
  return {
    id: replica.context.replicaId,
    others: () => {
      use()
      return isClosed() ? [] : others.ids()
    },
    tell: (kind, body) => {
      const links = use()
      if (isClosed()) return
      putTell(parts, kind, body)
      links?.mail.wake()
    },
    ask: async (...question) => {
      if (isClosed()) throw new StoreClosed()
      const links = use()
      const answer = putAsk(parts, question)
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
