import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CredentialStore, JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { credentialStoreContract, fixedClock } from '@openclaw/pairing-testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileStore, FileStoreOptions } from '../src/index.ts'
import { nodeFileStore } from '../src/node.ts'
import { all, intent, numbers, openWith, put, texts } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

credentialStoreContract('file, with segments of one or two records', async () => {
  const { root, remove } = tempRoot()
  const clock = fixedClock()
  const opened: CredentialStore[] = []
  const open = async (): Promise<CredentialStore> => {
    const store = await nodeFileStore({
      root,
      mode: 'write',
      clock,
      segmentBytes: 400,
      keepBytes: 1e12,
    })
    opened.push(store)
    return store
  }
  const store = await open()
  const reopen = async (): Promise<CredentialStore> => {
    await store.close()
    return open()
  }
  const cleanup = async (): Promise<void> => {
    for (const one of opened) await one.close()
    remove()
  }
  return { store, reopen, another: open, cleanup }
})

let temp: ReturnType<typeof tempRoot>
beforeEach(() => {
  temp = tempRoot()
})
afterEach(() => temp.remove())

const folder = (): string => join(temp.root, 'pairing-journal')
const segments = (): string[] =>
  readdirSync(folder())
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
const open = (more: Partial<FileStoreOptions> = {}): Promise<FileStore> =>
  openWith({ root: temp.root, mode: 'write', segmentBytes: 1000, keepBytes: 1e12, ...more })
const numbersOf = (entries: readonly JournalEntry[]): number[] =>
  entries.map(({ seq }) => Number(seq))
const oneTo = (count: number, from = 1): number[] =>
  Array.from({ length: count }, (_, n) => n + from)

async function fill(store: FileStore, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n += 1) await put(store, `k${String(n % 5)}`, n)
}

async function follow(store: FileStore, after: number, count: number): Promise<JournalEntry[]> {
  const controller = new AbortController()
  const found: JournalEntry[] = []
  for await (const entry of store.changes(after as Seq, controller.signal)) {
    found.push(entry)
    if (found.length === count) controller.abort()
  }
  return found
}

describe('segments', () => {
  it('are bounded, sealed, and begin with everything that holds', async () => {
    const store = await open()
    await fill(store, 1, 30)
    await store.close()
    expect(segments().length).toBeGreaterThan(3)
    for (const name of segments()) expect(statSync(join(folder(), name)).size).toBeLessThan(3000)
    const [first, second] = segments().map((name) =>
      readFileSync(join(folder(), name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    )
    const [seal, opened] = first?.slice(-2) ?? []
    expect(seal).toMatchObject({ sealed: '00000002.jsonl' })
    expect(opened).toMatchObject({ opened: '00000002.jsonl', prev: seal.hash })
    expect(second?.[0]).toMatchObject({ format: 1, segment: 2, seq: seal.seq, prev: seal.hash })
    expect(second?.[0].state[0][0]).toBe(numbers.name)
  })

  it('are opened from the newest alone', async () => {
    const store = await open()
    await fill(store, 1, 30)
    const before = all(store)
    await store.close()
    for (const name of segments().slice(0, -1)) rmSync(join(folder(), name))
    const again = await open()
    expect(all(again)).toEqual(before)
    await put(again, 'more', 1)
    expect(await again.verify()).toMatchObject({ ok: true })
    await again.close()
  })

  it('grow with the state, so that writing stays linear', async () => {
    const store = await open()
    await store.transact(intent(), (tx) => {
      for (let n = 0; n < 200; n += 1) tx.put(texts, `t${String(n)}`, 'x'.repeat(100))
    })
    await fill(store, 1, 40)
    await store.close()
    expect(segments().length).toBeLessThan(4)
  })

  it('are followed by a reader that was open all the time', async () => {
    const writer = await open()
    const reader = await open({ mode: 'read' })
    const view = reader.view(numbers)
    for (let n = 1; n <= 40; n += 1) {
      await put(writer, 'k', n)
      expect(view.get('k')).toBe(n)
    }
    await writer.close()
    await reader.close()
  })

  it('are caught up with by a reader that looked away while they were removed', async () => {
    const writer = await open({ keepBytes: 3000 })
    await put(writer, 'gone', 1)
    const reader = await open({ mode: 'read' })
    const view = reader.view(numbers)
    expect(view.get('gone')).toBe(1)
    await writer.transact(intent(), (tx) => tx.remove(numbers, 'gone'))
    await fill(writer, 1, 60)
    expect(segments()).not.toContain('00000001.jsonl')
    expect(view.get('gone')).toBeUndefined()
    expect(view.entries('')).toHaveLength(5)
    expect(Number(view.seq())).toBe(62)
    await writer.close()
    await reader.close()
  })

  it('stop the store when one in the middle is missing', async () => {
    const store = await open()
    await fill(store, 1, 40)
    await store.close()
    const missing = join(folder(), segments()[2] ?? '')
    rmSync(missing)
    const again = await open()
    const expected = expect.objectContaining({ code: 'ERR_JOURNAL_MISSING', file: missing })
    expect(() => again.view(numbers).get('k1')).toThrow(expected)
    await expect(put(again, 'a', 1)).rejects.toEqual(expected)
    await again.close()
  })

  it('stop the store when the newest is missing: it may have held the last word', async () => {
    const store = await open()
    await fill(store, 1, 40)
    await store.close()
    const missing = join(folder(), segments().at(-1) ?? '')
    rmSync(missing)
    const again = await open()
    const expected = expect.objectContaining({ code: 'ERR_JOURNAL_MISSING', file: missing })
    expect(() => again.view(numbers).get('k1')).toThrow(expected)
    await expect(put(again, 'a', 1)).rejects.toEqual(expected)
    await again.close()
  })
})

describe('history over segments', () => {
  it('is whole and without gaps, in pages and live', async () => {
    const store = await open()
    await fill(store, 1, 60)
    await store.close()
    const again = await open()
    expect(numbersOf(await again.history(0 as Seq, 1000))).toEqual(oneTo(60))
    expect(numbersOf(await again.history(17 as Seq, 5))).toEqual(oneTo(5, 18))
    expect(numbersOf(await again.history(58 as Seq, 10))).toEqual([59, 60])
    const live = follow(again, 0, 70)
    await fill(again, 61, 70)
    expect(numbersOf(await live)).toEqual(oneTo(70))
    await again.close()
  })

  it('is kept as far as the configured size; a follower from before is told', async () => {
    const store = await open({ keepBytes: 4000 })
    await fill(store, 1, 80)
    await store.close()
    const again = await open({ keepBytes: 4000 })
    const kept = numbersOf(await again.history(0 as Seq, 1000))
    expect(kept.at(-1)).toBe(80)
    expect(kept[0]).toBeGreaterThan(20)
    expect(kept).toEqual(oneTo(kept.length, kept[0]))
    const oldest = kept[0] ?? 0
    await expect(follow(again, 0, 1)).rejects.toMatchObject({
      code: 'ERR_STORE_HISTORY_GAP',
      oldest,
    })
    expect(numbersOf(await follow(again, oldest - 1, 2))).toEqual([oldest, oldest + 1])
    const size = segments().reduce((sum, name) => sum + statSync(join(folder(), name)).size, 0)
    expect(size).toBeLessThan(7000)
    await again.close()
  })

  it('keeps the segment in use however little may be kept', async () => {
    const store = await open({ keepBytes: 0 })
    await fill(store, 1, 40)
    await store.close()
    expect(segments()).toHaveLength(1)
    const again = await open({ keepBytes: 0 })
    expect(all(again)).toEqual({ k0: 40, k1: 36, k2: 37, k3: 38, k4: 39 })
    expect(await again.verify()).toMatchObject({ ok: true })
    await again.close()
  })

  it('shows no entry later than a view does', async () => {
    const store = await open({ segmentBytes: 100_000 })
    const view = store.view(numbers)
    const running = fill(store, 1, 100)
    for (let look = 0; look < 200; look += 1) {
      const seen = Number(view.seq())
      expect((await store.history(0 as Seq, 1000)).length).toBeGreaterThanOrEqual(seen)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await running
    await store.close()
  })
})

describe('verify', () => {
  it('counts what it has checked, while others go on writing', async () => {
    const store = await open()
    await fill(store, 1, 50)
    const writing = fill(store, 51, 150)
    for (let round = 0; round < 20; round += 1) {
      const report = await store.verify()
      expect(report.findings.filter(({ severity }) => severity === 'damage')).toEqual([])
      expect(report.entries).toBe(report.to)
    }
    await writing
    const report = await store.verify()
    expect(report).toMatchObject({ ok: true, entries: 150, from: 1, to: 150 })
    expect(report.segments).toBe(segments().length)
    expect(report.head).toMatch(/^[0-9a-f]{64}$/)
    await store.close()
  })

  it('is not put out by segments that are removed meanwhile', async () => {
    const store = await open({ keepBytes: 3000 })
    await fill(store, 1, 20)
    const writing = fill(store, 21, 120)
    for (let round = 0; round < 20; round += 1) expect((await store.verify()).ok).toBe(true)
    await writing
    await store.close()
  })

  it.each([
    ['a record', (text: string) => text.replace('"value":7', '"value":8')],
    ['a name', (text: string) => text.replace('tester', 'nobody')],
  ])('finds %s that was rewritten in an old segment', async (_name, rewrite) => {
    const { writeFileSync } = await import('node:fs')
    const store = await open()
    await fill(store, 1, 40)
    const file = join(folder(), '00000002.jsonl')
    const text = readFileSync(file, 'utf8')
    expect(rewrite(text)).not.toBe(text)
    writeFileSync(file, rewrite(text))
    const report = await store.verify()
    expect(report).toMatchObject({ ok: false })
    expect(report.findings[0]).toMatchObject({ severity: 'damage', what: 'damaged-record', file })
    await store.close()
  })

  it('finds a checkpoint that was forged together with its checksum', async () => {
    const { createHash } = await import('node:crypto')
    const { writeFileSync } = await import('node:fs')
    const store = await open()
    await fill(store, 1, 40)
    await store.close()
    const file = join(folder(), segments().at(-1) ?? '')
    const lines = readFileSync(file, 'utf8').split('\n')
    const body = (lines[0] ?? '').replace(/,"hash":"\w+"\}$/, '').replace('["k1",', '["k9",')
    const hash = createHash('sha256').update(body).digest('hex')
    writeFileSync(file, `${body},"hash":"${hash}"}\n`)
    const again = await open({ mode: 'read' })
    const report = await again.verify()
    expect(report.findings).toEqual([
      expect.objectContaining({ what: 'broken-chain', file, line: 1 }),
    ])
    await again.close()
  })
})
