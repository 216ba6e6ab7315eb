import { join } from 'node:path'
import type { Backend, NodePairing } from '@openclaw/pairing/node'

/** Where something of the state lies: a file of the state directory, or the database that stands for all of them. */
export function subjectIn({ backend }: Pick<NodePairing, 'backend'>, file: string): string {
  return backend.kind === 'files' ? join(backend.store.root, file) : databaseName(backend.store)
}

/** What a database is called in findings: never with user or password. */
export function databaseName({ where }: Extract<Backend, { kind: 'postgres' }>['store']): string {
  return `database ${where}`
}
