import { type ChildProcess, spawn } from 'node:child_process'
import { cleanEnv } from '../children.ts'
import { postgresReplicaMain } from '../places.ts'
import type { ReplicaOrder, ReplicaReport } from './orders.ts'

const READY_WITHIN_MS = 120_000

/** A replica in a process of its own. */
export interface Replica {
  /** From the start of its process until its views answered, in ms. */
  readonly startMs: number
  readonly residentBytes: () => Promise<number>
  readonly approve: (
    order: Omit<Extract<ReplicaOrder, { does: 'approve' }>, 'does'>,
  ) => Promise<{ readonly approved: number; readonly ms: number }>
}

/** Starts so many replicas one after another, lends them to `work`, and ends them. */
export async function withReplicas<R>(
  { url, schema, count }: { readonly url: string; readonly schema: string; readonly count: number },
  work: (replicas: readonly Replica[]) => Promise<R>,
): Promise<R> {
  const children: ChildProcess[] = []
  try {
    const replicas: Replica[] = []
    while (replicas.length < count) {
      const began = performance.now()
      const child = spawn(process.execPath, ['--expose-gc', postgresReplicaMain, url, schema], {
        env: cleanEnv({}),
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      children.push(child)
      await answerOf(child, 'ready')
      replicas.push(replicaOf(child, performance.now() - began))
    }
    return await work(replicas)
  } finally {
    await Promise.all(children.map(ended))
  }
}

function replicaOf(child: ChildProcess, startMs: number): Replica {
  return {
    startMs,
    residentBytes: async () => {
      child.send({ does: 'measure' } satisfies ReplicaOrder)
      return (await answerOf(child, 'residentBytes')).residentBytes
    },
    approve: async (order) => {
      child.send({ does: 'approve', ...order } satisfies ReplicaOrder)
      return answerOf(child, 'approved')
    },
  }
}

type With<K extends string> = Extract<ReplicaReport, Readonly<Record<K, unknown>>>

function answerOf<K extends 'ready' | 'residentBytes' | 'approved'>(
  child: ChildProcess,
  name: K,
): Promise<With<K>> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`a replica did not say ${name}`)),
      READY_WITHIN_MS,
    )
    child.once('message', (report: ReplicaReport) => {
      clearTimeout(late)
      if (name in report) resolve(report as With<K>)
      else reject(new Error(JSON.stringify(report)))
    })
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const end = new Promise((resolve) => child.once('exit', resolve))
  if (child.connected) child.disconnect()
  await end
}
