import { writeSync } from 'node:fs'
import type { EpochMs, Scope } from '@openclaw/pairing-contracts'
import { nodeFileStore } from '../../src/node.ts'
import { allowed, families } from '../documents-family.ts'

/** What a process of ours is told to do, as JSON in its first argument. */
export interface DocumentTask {
  readonly root: string
  readonly mode: 'read' | 'write'
  /** Senders that it lets in, one transaction each. */
  readonly allow: readonly string[]
  /** Pause after each, in ms. */
  readonly pauseMs: number
}

/** What it says in the end, as one line of JSON. */
export interface DocumentReport {
  readonly allowed: readonly string[]
  readonly findings: readonly string[]
  readonly errors: readonly string[]
}

const task = JSON.parse(process.argv[2] ?? '{}') as DocumentTask
const clock = { now: () => Date.now() as EpochMs }
const errors: string[] = []
const codeOf = (error: unknown): string => String((error as { code?: string }).code ?? error)
try {
  const store = await nodeFileStore({ root: task.root, mode: task.mode, families, clock })
  const intent = { scope: 'test' as Scope, actor: { kind: 'library', name: 'worker' } as const }
  for (const key of task.allow) {
    try {
      await store.transact({ ...intent, action: 'test.allow' }, (tx) =>
        tx.put(allowed, key, { by: 'owner' }),
      )
      writeSync(1, `${key}\n`)
    } catch (error) {
      errors.push(codeOf(error))
    }
    await new Promise((resolve) => setTimeout(resolve, task.pauseMs))
  }
  const keys = store
    .view(allowed)
    .entries('')
    .map(({ key }) => key)
  await store.close()
  const findings = store.health().documents.map(({ code }) => code)
  writeSync(1, `${JSON.stringify({ allowed: keys, findings, errors } satisfies DocumentReport)}\n`)
} catch (error) {
  writeSync(1, `${JSON.stringify({ allowed: [], findings: [], errors: [codeOf(error)] })}\n`)
}
