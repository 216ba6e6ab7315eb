import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { fixedClock } from '@openclaw/pairing-testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeFileStore, nodeStoreFiles } from '../src/node.ts'
import { intent, numbers, openWith, put, tester, texts } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

let temp: ReturnType<typeof tempRoot>
beforeEach(() => {
  temp = tempRoot()
})
afterEach(() => temp.remove())

const journal = (): string => join(temp.root, 'pairing-journal')
const segment = (name = '00000001.jsonl'): string => join(journal(), name)
const lines = (name?: string): string[] => readFileSync(segment(name), 'utf8').trimEnd().split('\n')
const mode = (path: string): number => statSync(path).mode & 0o777

describe('the journal on disk', () => {
  it('is made with the first transaction, private from birth', async () => {
    const before = process.umask(0)
    try {
      const store = await openWith({ root: join(temp.root, 'new/state'), mode: 'write' })
      expect(readdirSync(temp.root)).toEqual([])
      await put(store, 'a', 1)
      await store.close()
    } finally {
      process.umask(before)
    }
    const made = join(temp.root, 'new/state/pairing-journal')
    expect(mode(join(temp.root, 'new'))).toBe(0o700)
    expect(mode(join(temp.root, 'new/state'))).toBe(0o700)
    expect(mode(made)).toBe(0o700)
    expect(readdirSync(made)).toEqual(['00000001.jsonl', 'verified.json'])
    expect(mode(join(made, '00000001.jsonl'))).toBe(0o600)
  })

  it('takes the right to write in the state directory from others', async () => {
    const first = await openWith({ root: temp.root, mode: 'write' })
    await put(first, 'a', 1)
    await first.close()
    chmodSync(temp.root, 0o777)
    const reader = await openWith({ root: temp.root, mode: 'read' })
    await reader.close()
    expect(mode(temp.root)).toBe(0o777)
    const store = await openWith({ root: temp.root, mode: 'write' })
    await store.close()
    expect(mode(temp.root)).toBe(0o755)
  })

  it('leaves a directory alone that may be somebody else’s', async () => {
    chmodSync(temp.root, 0o777)
    await (await openWith({ root: temp.root, mode: 'write' })).close()
    expect(mode(temp.root)).toBe(0o777)
  })

  it('has one readable line for each transaction', async () => {
    const store = await openWith({ root: temp.root, mode: 'write' })
    await store.transact(intent('dm.approve'), (tx) => {
      tx.put(numbers, 'telegram/default/1', 5)
      tx.note({ why: 'a friend' })
    })
    await store.transact(intent('dm.revoke'), (tx) => tx.remove(numbers, 'telegram/default/1'))
    await store.close()
    const [first, second, third] = lines().map((line) => JSON.parse(line))
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/)
    const time = '2026-03-01T10:00:00.000Z'
    expect(first).toEqual({
      format: 1,
      segment: 1,
      seq: 0,
      time,
      state: [],
      prev: '0'.repeat(64),
      hash,
    })
    expect(second).toEqual({
      seq: 1,
      time,
      actor: tester,
      action: 'dm.approve',
      changes: [{ collection: numbers.name, key: 'telegram/default/1', value: 5 }],
      detail: { why: 'a friend' },
      prev: first.hash,
      hash,
    })
    expect(third.changes).toEqual([
      { collection: numbers.name, key: 'telegram/default/1', removed: true },
    ])
    expect(third.prev).toBe(second.hash)
  })

  it('can be checked with a text editor and any SHA-256', async () => {
    const store = await openWith({ root: temp.root, mode: 'write' })
    await store.transact(intent(), (tx) => tx.put(texts, 'k', 'Ünïcødé 🐻 "quoted" \u2028'))
    await store.close()
    for (const line of lines()) {
      const body = line.replace(/,"hash":"[0-9a-f]{64}"\}$/, '')
      expect(JSON.parse(line).hash).toBe(createHash('sha256').update(body).digest('hex'))
    }
  })

  it('commits what waits together with one write', async () => {
    let syncs = 0
    const files = nodeStoreFiles()
    const sync = (fd: number): Promise<void> => {
      syncs += 1
      return files.sync(fd)
    }
    const counting = { ...files, sync }
    const store = await openWith({ root: temp.root, mode: 'write' }, { files: counting })
    await put(store, 'first', 0)
    syncs = 0
    await Promise.all(Array.from({ length: 200 }, (_, n) => put(store, `k${String(n)}`, n)))
    expect(syncs).toBeLessThan(10)
    expect(lines()).toHaveLength(202)
    await store.close()
  })

  it('leaves no lock behind', async () => {
    const store = await openWith({ root: temp.root, mode: 'write' })
    await put(store, 'a', 1)
    await store.close()
    expect(readdirSync(journal())).toEqual(['00000001.jsonl', 'verified.json'])
  })

  it('refuses a transaction that is too large and goes on', async () => {
    const store = await openWith({ root: temp.root, mode: 'write' })
    const text = 'x'.repeat(1024 * 1024)
    const large = store.transact(intent(), (tx) => {
      for (let n = 0; n < 33; n += 1) tx.put(texts, `k${String(n)}`, text)
    })
    const small = put(store, 'a', 1)
    await expect(large).rejects.toMatchObject({ code: 'ERR_STORE_TOO_LARGE' })
    await small
    expect(lines()).toHaveLength(2)
    await store.close()
  })
})

describe('a store for reading', () => {
  it('finds nothing where there is nothing, and makes nothing', async () => {
    const root = join(temp.root, 'missing')
    const store = await nodeFileStore({ root, mode: 'read', clock: fixedClock() })
    expect(store.view(numbers).entries('')).toEqual([])
    expect(await store.history(0 as never, 10)).toEqual([])
    expect(store.health()).toMatchObject({ state: 'read-only' })
    expect(await store.verify()).toMatchObject({ ok: true, entries: 0, segments: 0 })
    await store.close()
    expect(existsSync(root)).toBe(false)
  })

  it('sees a journal that comes later', async () => {
    const reader = await openWith({ root: temp.root, mode: 'read' })
    const view = reader.view(numbers)
    expect(view.has('a')).toBe(false)
    const writer = await openWith({ root: temp.root, mode: 'write' })
    await put(writer, 'a', 1)
    expect(view.get('a')).toBe(1)
    await writer.close()
    await reader.close()
  })

  it('refuses to write', async () => {
    const store = await openWith({ root: temp.root, mode: 'read' })
    await expect(put(store, 'a', 1)).rejects.toMatchObject({ code: 'ERR_STORE_READ_ONLY' })
    await store.close()
    expect(readdirSync(temp.root)).toEqual([])
  })

  it('may be reached through a link to the state directory', async () => {
    mkdirSync(join(temp.root, 'real'))
    symlinkSync(join(temp.root, 'real'), join(temp.root, 'link'))
    const store = await openWith({ root: join(temp.root, 'link'), mode: 'write' })
    await put(store, 'a', 1)
    await store.close()
    expect(existsSync(join(temp.root, 'real/pairing-journal/00000001.jsonl'))).toBe(true)
  })
})
