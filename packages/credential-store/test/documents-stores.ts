import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { expect } from 'vitest'
import type { FileStore } from '../src/index.ts'
import { nodeFileStore } from '../src/node.ts'
import { allowed, families } from './documents-family.ts'
import { realClock } from './documents-world.ts'

export const ALLOW = 'credentials/telegram-allowFrom.json'
export const ASK = 'credentials/telegram-pairing.json'

/** A state directory with real stores on it. */
export interface Stores {
  readonly root: string
  readonly open: (mode?: 'read' | 'write', place?: string) => Promise<FileStore>
  readonly at: (name: string) => string
  readonly read: (name: string) => string
  /** True when a file is there and holds `text`. */
  readonly says: (name: string, text: string) => boolean
  /** What the list of Telegram says. */
  readonly ids: () => readonly string[]
  /** Writes that list by hand. */
  readonly putList: (...ids: string[]) => void
  /** Everything on disk below the directory. */
  readonly tree: () => readonly string[]
  readonly remove: () => Promise<void>
}

/** An empty state directory. */
export function stores(): Stores {
  const root = mkdtempSync(join(tmpdir(), 'documents-store-'))
  const opened: FileStore[] = []
  const at = (name: string): string => join(root, name)
  const read = (name: string): string => readFileSync(at(name), 'utf8')
  return {
    root,
    at,
    read,
    open: async (mode = 'write', place) => {
      const folders = place === undefined ? {} : { credentials: place }
      const store = await nodeFileStore({ root, mode, families, folders, clock: realClock })
      opened.push(store)
      return store
    },
    says: (name, text) => {
      try {
        return read(name).includes(text)
      } catch {
        return false
      }
    },
    ids: () => (JSON.parse(read(ALLOW)) as { allowFrom: string[] }).allowFrom,
    putList: (...ids) => {
      mkdirSync(at('credentials'), { recursive: true, mode: 0o700 })
      writeFileSync(at(ALLOW), JSON.stringify({ version: 1, allowFrom: ids }), { mode: 0o600 })
    },
    tree: () => readdirSync(root, { recursive: true }).map(String),
    remove: async () => {
      for (const store of opened) await store.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** One transaction by the owner. */
export function transact(
  store: FileStore,
  work: Parameters<FileStore['transact']>[1],
): Promise<unknown> {
  const actor = { kind: 'root', user: 'test' } as const
  return store.transact({ scope: 'test' as never, actor, action: 'test.change' }, work)
}

/** Lets senders of Telegram in. */
export function allow(store: FileStore, ...ids: readonly string[]): Promise<unknown> {
  return transact(store, (tx) => {
    for (const id of ids) tx.put(allowed, `telegram/default/${id}`, { by: 'owner' })
  })
}

/** Senders of Telegram whom the store lets in. */
export function held(store: FileStore): readonly string[] {
  return store
    .view(allowed)
    .entries('telegram/default/')
    .map(({ key }) => key.slice('telegram/default/'.length))
}

/** The whole journal. */
export function history(store: FileStore): Promise<readonly JournalEntry[]> {
  return store.history(0 as Seq, 100_000)
}

/** Waits until `check` holds; fails after 20 s, which only a dead store takes. */
export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + 20_000
  while (!(await check()) && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(await check()).toBe(true)
}
