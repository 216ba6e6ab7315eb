import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  Actor,
  Clock,
  Collection,
  CredentialStore,
  EpochMs,
  JournalEntry,
  Json,
  Scope,
  Seq,
  Transaction,
} from '@openclaw/pairing-contracts'
import { documentSync } from '../src/documents/sync.ts'
import type { DocumentHost, DocumentPorts, DocumentSync } from '../src/documents/types.ts'
import { memoryStore } from '../src/index.ts'
import type { StoreFiles } from '../src/journal/files.ts'
import { nodeStorePorts } from '../src/node.ts'
import { allowed, families, requests, revoked } from './documents-family.ts'
import { realFiles } from './documents-files.ts'

export const realClock: Clock = { now: () => Date.now() as EpochMs }

/** The journal's side, in memory, and a real directory for the files. It outlives any number of syncs on it. */
export interface World {
  readonly root: string
  readonly files: StoreFiles
  readonly store: CredentialStore
  readonly host: DocumentHost
  readonly entries: () => Promise<readonly JournalEntry[]>
  readonly actions: () => Promise<readonly string[]>
  readonly change: (work: (tx: Transaction) => void | Promise<void>) => Promise<void>
  readonly allow: (key: string) => Promise<void>
  readonly revoke: (key: string) => Promise<void>
  /** Keys of a collection, in order. */
  readonly keys: (collection: Collection<never> | { readonly name: string }) => readonly string[]
  /** A sync as a process would have it; several may live on one world. */
  readonly sync: (
    change?: Partial<DocumentPorts> & { readonly mode?: 'read' | 'write' },
  ) => DocumentSync
  readonly path: (name: string) => string
  readonly write: (name: string, content: string | Json) => void
  readonly read: (name: string) => string
  readonly json: (name: string) => Json
  readonly list: (folder?: string) => readonly string[]
  readonly remove: () => void
}

const raw = (name: string): Collection<Json> => ({ name, decode: (v) => v, encode: (v) => v })
const system: Actor = { kind: 'system', part: 'outside change' }

/** Where a world's files are: a temporary directory unless told otherwise. */
export interface Ground {
  readonly root: string
  readonly files: StoreFiles
}

/** An empty directory and an empty journal. */
export function world(clock: Clock = realClock, ground?: Ground): World {
  const root = ground?.root ?? mkdtempSync(join(tmpdir(), 'documents-'))
  const files = ground?.files ?? realFiles
  const store = memoryStore({ clock })
  const syncs = new Set<DocumentSync>()
  const host = memoryHost(store, async (action, work) => run(action, system, work))
  let told = 0
  const run = async <R>(
    action: string,
    actor: Actor,
    work: (tx: Transaction) => R | Promise<R>,
  ): Promise<R> => {
    const result = await store.transact({ scope: 'test' as Scope, actor, action }, work)
    for (const entry of await store.history(told as Seq, 1000)) {
      told = entry.seq
      for (const sync of syncs) sync.committed(entry)
    }
    return result
  }
  const change = (work: (tx: Transaction) => void | Promise<void>): Promise<void> =>
    run('test.change', { kind: 'root', user: 'test' }, work)
  const path = (name: string): string => join(root, name)
  const entries = (): Promise<readonly JournalEntry[]> => store.history(0 as Seq, 10_000)
  return {
    root,
    files,
    store,
    host,
    entries,
    actions: async () => (await entries()).map(({ action }) => action),
    change,
    allow: (key) =>
      change((tx) => {
        tx.put(allowed, key, { by: 'owner' })
        tx.remove(revoked, key)
      }),
    revoke: (key) =>
      change((tx) => {
        tx.remove(allowed, key)
        tx.put(revoked, key, {})
      }),
    keys: ({ name }) =>
      store
        .view(raw(name))
        .entries('')
        .map(({ key }) => key),
    sync: ({ mode = 'write', ...ports } = {}) => {
      const folder = join(root, 'pairing-journal', 'documents')
      const options = { root, folder, families, mode }
      const sync = documentSync(options, { ...portsOf(root, host, clock), files, ...ports })
      syncs.add(sync)
      return sync
    },
    path,
    write: (name, content) => {
      const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`
      writeInPlace(files, root, { name, text })
    },
    read: (name) => readText(files, path(name)),
    json: (name) => JSON.parse(readText(files, path(name))) as Json,
    list: (folder = 'credentials') =>
      files.stat(path(folder)) ? files.list(path(folder)).toSorted() : [],
    remove: () => (ground ? undefined : rmSync(root, { recursive: true, force: true })),
  }
}

/** Writes like an editor that does not care: the same file, nothing synced. */
function writeInPlace(
  files: StoreFiles,
  root: string,
  { name, text }: { readonly name: string; readonly text: string },
): void {
  const parts = name.split('/')
  for (let depth = 1; depth < parts.length; depth += 1) {
    const folder = `${root}/${parts.slice(0, depth).join('/')}`
    if (!files.stat(folder)) files.makeDirectory(folder)
  }
  const path = `${root}/${name}`
  const fd = files.open(path, files.stat(path) ? 'append' : 'new')
  files.truncate(fd, 0)
  files.write(fd, Buffer.from(text))
  files.close(fd)
}

function readText(files: StoreFiles, path: string): string {
  const fd = files.open(path, 'read')
  const text = Buffer.from(files.read(fd, 0, files.statOpen(fd).size)).toString()
  files.close(fd)
  return text
}

/** The request that somebody made. */
export async function ask(place: World, key: string, code: string): Promise<void> {
  await place.change((tx) => tx.put(requests, key, { code, createdAt: '2026-11-22T18:15:42.588Z' }))
}

/** What a host gives, over any store. */
export function memoryHost(
  store: CredentialStore,
  reconcile: DocumentHost['reconcile'],
): DocumentHost {
  return {
    reconcile,
    records: (collection, prefix) =>
      store
        .view(raw(collection))
        .entries(prefix)
        .map(({ key, value }) => ({ collection, key, value })),
    isEmpty: () => store.view(raw('test.any')).seq() === 0,
    seq: () => store.view(raw('test.any')).seq(),
    settle: async (seq) => seq,
  }
}

/** Ports of a process; the lock is one for all syncs of a directory in this process. */
export function portsOf(root: string, host: DocumentHost, clock: Clock): DocumentPorts {
  return { ...nodeStorePorts(clock), host, lock: lockFor(root) }
}

const locks = new Map<string, Promise<unknown>>()

function lockFor(root: string): DocumentPorts['lock'] {
  return (work) => {
    const done = (locks.get(root) ?? Promise.resolve()).then(() => work(() => true))
    locks.set(
      root,
      done.catch(() => undefined),
    )
    return done
  }
}
