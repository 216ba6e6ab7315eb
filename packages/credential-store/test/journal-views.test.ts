import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Seq } from '@openclaw/pairing-contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoreFiles } from '../src/index.ts'
import { nodeStoreFiles } from '../src/node.ts'
import { intent, numbers, openWith, put } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

let temp: ReturnType<typeof tempRoot>
beforeEach(() => {
  temp = tempRoot()
})
afterEach(() => temp.remove())

/** Counts the calls of each function of the port. */
function counted(files: StoreFiles): { files: StoreFiles; counts: Map<string, number> } {
  const counts = new Map<string, number>()
  const count =
    (name: string, work: (...args: unknown[]) => unknown) =>
    (...args: unknown[]): unknown => {
      counts.set(name, (counts.get(name) ?? 0) + 1)
      return work(...args)
    }
  const wrapped = Object.entries(files).map(([name, work]) => [name, count(name, work)])
  return { files: Object.fromEntries(wrapped) as StoreFiles, counts }
}

describe('a live view', () => {
  it('asks for nothing but the end of the open file while nothing changes, and for all of it every 5 ms', async () => {
    const { files, counts } = counted(nodeStoreFiles())
    const time = { ms: 0 }
    const monotonic = () => time.ms
    const store = await openWith({ root: temp.root, mode: 'write' }, { files, monotonic })
    await put(store, 'a', 1)
    const view = store.view(numbers)
    view.get('a')
    counts.clear()
    for (let n = 0; n < 1000; n += 1) view.get('a')
    expect(Object.fromEntries(counts)).toEqual({ endsAt: 1000 })
    time.ms += 5
    for (let n = 0; n < 1000; n += 1) view.get('a')
    expect(Object.fromEntries(counts)).toEqual({ endsAt: 1999, statOpen: 1 })
    await store.close()
  })

  it('shows what another store wrote at once, and the loss of its file within 5 ms', async () => {
    const time = { ms: 0 }
    const monotonic = () => time.ms
    const store = await openWith({ root: temp.root, mode: 'write' }, { monotonic })
    await put(store, 'a', 1)
    const view = store.view(numbers)
    const other = await openWith({ root: temp.root, mode: 'write' })
    for (let n = 0; n < 20; n += 1) {
      await put(other, 'a', n)
      expect(view.get('a')).toBe(n)
    }
    await other.close()
    rmSync(join(temp.root, 'pairing-journal'), { recursive: true })
    time.ms += 5
    expect(() => view.get('a')).toThrow(expect.objectContaining({ code: 'ERR_JOURNAL_MISSING' }))
    await store.close()
  })

  it('answers while another process holds the lock', async () => {
    const store = await openWith({ root: temp.root, mode: 'write', lockWaitMs: 100 })
    await put(store, 'a', 1)
    const lock = join(temp.root, 'pairing-journal/writer.lock')
    while (existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 1))
    mkdirSync(lock)
    const waiting = put(store, 'b', 2)
    expect(store.view(numbers).get('a')).toBe(1)
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_STORE_BUSY' })
    expect(store.view(numbers).get('a')).toBe(1)
    await store.close()
  })

  it('does not show what is not durable yet', async () => {
    const real = nodeStoreFiles()
    const gate: { open?: () => void } = {}
    const state = { slow: false }
    const sync: StoreFiles['sync'] = async (fd) => {
      await real.sync(fd)
      if (state.slow) await new Promise<void>((resolve) => Object.assign(gate, { open: resolve }))
    }
    const store = await openWith({ root: temp.root, mode: 'write' }, { files: { ...real, sync } })
    await put(store, 'a', 1)
    state.slow = true
    const view = store.view(numbers)
    const waiting = put(store, 'a', 2)
    while (gate.open === undefined) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(view.get('a')).toBe(1)
    expect(await store.history(0 as Seq, 10)).toHaveLength(1)
    state.slow = false
    gate.open()
    await waiting
    expect(view.get('a')).toBe(2)
    expect(await store.history(0 as Seq, 10)).toHaveLength(2)
    await store.close()
  })

  it('does not answer from a file that the system does not let it look at, and does when it may', async () => {
    const real = nodeStoreFiles()
    const state = { broken: false }
    const unless = () => {
      if (state.broken) throw Object.assign(new Error('EIO'), { code: 'EIO' })
    }
    const statOpen: StoreFiles['statOpen'] = (fd) => {
      unless()
      return real.statOpen(fd)
    }
    const endsAt: StoreFiles['endsAt'] = (fd, position) => {
      unless()
      return real.endsAt(fd, position)
    }
    const store = await openWith(
      { root: temp.root, mode: 'write' },
      { files: { ...real, statOpen, endsAt } },
    )
    await put(store, 'a', 1)
    const view = store.view(numbers)
    state.broken = true
    expect(() => view.get('a')).toThrow(expect.objectContaining({ code: 'ERR_JOURNAL_UNREADABLE' }))
    state.broken = false
    expect(view.get('a')).toBe(1)
    await store.close()
  })

  it('keeps no more decoded records than there are', async () => {
    const store = await openWith({ root: temp.root, mode: 'write' })
    const view = store.view(numbers)
    for (let n = 0; n < 300; n += 1) {
      await store.transact(intent(), (tx) => {
        tx.put(numbers, `k${String(n)}`, n)
        if (n > 0) tx.remove(numbers, `k${String(n - 1)}`)
      })
      expect(view.get(`k${String(n)}`)).toBe(n)
    }
    expect(view.entries('')).toEqual([{ key: 'k299', value: 299 }])
    await store.close()
  })
})
