import type { Json, Replicas } from '@openclaw/pairing-contracts'
import { until } from '../channel-bench/waiting.ts'

/** One replica of a test. */
export interface ReplicaUnderTest {
  readonly replicas: Replicas
  /** Ends it with a goodbye. */
  readonly close: () => Promise<unknown>
  /** From now on nothing comes from it and nothing gets to it, and nobody is told; the others take it for dead within 15 s. */
  readonly kill: () => Promise<unknown>
}

/** A store of its own that replicas share. */
export interface ReplicasUnderTest {
  readonly join: () => Promise<ReplicaUnderTest>
  /** Closes those that are open and removes the rest. */
  readonly cleanup: () => Promise<void>
}

/** Makes one that nobody has joined. */
export type OpenReplicas = () => Promise<ReplicasUnderTest>

/** What a test of the suite is given. */
export interface Stage {
  /** So many that know each other. */
  readonly joined: (count: number) => Promise<readonly ReplicaUnderTest[]>
  readonly join: () => Promise<ReplicaUnderTest>
}

/** Runs `test` on a stage of its own and cleans up whatever happens. */
export function onStage(
  open: OpenReplicas,
  test: (stage: Stage) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const subject = await open()
    const joined = async (count: number): Promise<readonly ReplicaUnderTest[]> => {
      const all = await Promise.all(Array.from({ length: count }, () => subject.join()))
      const isMet = (): boolean =>
        all.every(({ replicas }) => replicas.others().length === count - 1)
      await until(isMet, 'they know each other')
      return all
    }
    try {
      await test({ join: subject.join, joined })
    } finally {
      await subject.cleanup()
    }
  }
}

/** Keeps what is told, and by whom. */
export function heard(replicas: Replicas, kind: string): { readonly body: Json; from: string }[] {
  const all: { readonly body: Json; from: string }[] = []
  replicas.serve(kind, (body, from) => {
    all.push({ body, from })
    return null
  })
  return all
}

/** The code of what it rejects with. */
export function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'it did not reject',
    (error: { readonly code?: unknown }) => error.code,
  )
}

/** How long what has to come is waited for at most, in ms. */
export const LONG_MS = 20_000

/** Notes as one replica sees them, by key. */
export function notesAt(replicas: Replicas, prefix: string = ''): Readonly<Record<string, Json>> {
  return Object.fromEntries(replicas.noted(prefix).map(({ key, value }) => [key, value]))
}
