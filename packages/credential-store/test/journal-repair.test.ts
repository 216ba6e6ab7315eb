import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Seq, Transaction } from '@openclaw/pairing-contracts'
import { fixedClock } from '@openclaw/pairing-testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FileStore, fileStore, type RepairPlan } from '../src/index.ts'
import { nodePlanRepair, nodeRepairJournal, nodeStorePorts } from '../src/node.ts'
import { allowed, families, revoked } from './documents-family.ts'
import { all, intent, numbers, openWith, put } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

let temp: ReturnType<typeof tempRoot>
beforeEach(() => {
  temp = tempRoot()
})
afterEach(() => temp.remove())

const folder = (): string => join(temp.root, 'pairing-journal')
const file = (segment = 1): string => join(folder(), `${String(segment).padStart(8, '0')}.jsonl`)
const open = (): Promise<FileStore> =>
  openWith({ root: temp.root, mode: 'write', segmentBytes: 3000, keepBytes: 1e12 })
const here = () => ({ root: temp.root, clock: fixedClock() })
const segments = (): string[] => readdirSync(folder()).filter((name) => name.endsWith('.jsonl'))
const contents = (): [string, string][] =>
  readdirSync(folder()).map((name) => [name, readFileSync(join(folder(), name), 'utf8')])

async function written(count: number): Promise<void> {
  const store = await open()
  for (let n = 1; n <= count; n += 1) await put(store, `k${String(n)}`, n)
  await store.close()
}

/** Spoils line `line` of a segment. */
function spoil(path: string, line: number): void {
  const lines = readFileSync(path, 'utf8').split('\n')
  lines[line - 1] = (lines[line - 1] ?? '').replace('seq', 'sEq')
  writeFileSync(path, lines.join('\n'))
}

/** Repairs after having shown the same, and changes nothing that is there. */
async function repaired(): Promise<RepairPlan> {
  const before = contents()
  const planned = await nodePlanRepair(here())
  expect(contents()).toEqual(before)
  const done = await nodeRepairJournal(here())
  if (done === undefined) throw new Error('there was nothing to repair')
  expect({ ...planned, problem: '' }).toEqual({ ...done, problem: '' })
  expect(contents()).toEqual(expect.arrayContaining(before))
  expect(await nodePlanRepair(here())).toBeUndefined()
  return done
}

async function expectGoesOn(store: FileStore, last: number): Promise<void> {
  await put(store, 'new', 1)
  expect(Number(store.view(numbers).seq())).toBe(last + 1)
  const report = await store.verify()
  expect(report.findings.filter(({ severity }) => severity === 'damage')).toEqual([])
  expect(report.findings.map(({ what }) => what)).toContain('repaired')
  expect(report.ok).toBe(true)
}

describe('a repair', () => {
  it('has nothing to do where nothing is damaged', async () => {
    expect(await nodePlanRepair(here())).toBeUndefined()
    await written(3)
    expect(await nodePlanRepair(here())).toBeUndefined()
    expect(await nodeRepairJournal(here())).toBeUndefined()
    appendFileSync(file(), '{"torn')
    expect(await nodePlanRepair(here())).toBeUndefined()
  })

  it('goes on from everything but the damaged record', async () => {
    await written(5)
    spoil(file(), 4)
    const plan = await repaired()
    expect(plan).toMatchObject({
      problem: { code: 'ERR_JOURNAL_DAMAGED' },
      file: file(2),
      seq: 5,
      records: 4,
      lost: [{ from: 3, to: 3 }],
      unreadable: [{ file: file(), line: 4 }],
    })
    const store = await open()
    expect(all(store)).toEqual({ k1: 1, k2: 2, k4: 4, k5: 5 })
    await expectGoesOn(store, 5)
    await store.close()
  })

  it('counts the last record as lost when that one is damaged', async () => {
    await written(5)
    spoil(file(), 6)
    expect(await repaired()).toMatchObject({ seq: 5, lost: [{ from: 5, to: 5 }] })
    const store = await open()
    expect(all(store)).toEqual({ k1: 1, k2: 2, k3: 3, k4: 4 })
    await expectGoesOn(store, 5)
    await store.close()
  })

  it('begins with the segment before when a checkpoint is damaged', async () => {
    await written(20)
    const newest = segments().length
    expect(newest).toBeGreaterThan(1)
    spoil(file(newest), 1)
    const plan = await repaired()
    expect(plan).toMatchObject({ seq: 20, lost: [], records: 20 })
    const store = await open()
    expect(Object.keys(all(store))).toHaveLength(20)
    await expectGoesOn(store, 20)
    await store.close()
  })

  it('goes on without a segment that is gone', async () => {
    await written(40)
    const newest = segments().length
    rmSync(file(newest))
    const plan = await repaired()
    expect(plan.problem.code).toBe('ERR_JOURNAL_MISSING')
    expect(plan.file).toBe(file(newest + 1))
    const store = await open()
    expect(Object.keys(all(store))).toHaveLength(plan.records)
    await expectGoesOn(store, plan.seq)
    await store.close()
  })

  it('goes on after a gap in the middle, with nothing of the state lost', async () => {
    await written(40)
    rmSync(file(2))
    expect(await repaired()).toMatchObject({ records: 40, seq: 40 })
    const store = await open()
    expect(Object.keys(all(store))).toHaveLength(40)
    await expectGoesOn(store, 40)
    await store.close()
  })

  it('of an empty file keeps what nobody can say: nothing', async () => {
    await written(3)
    truncateSync(file(), 0)
    expect(await repaired()).toMatchObject({ records: 0 })
  })

  it('leaves the history readable around what was lost, and tells followers', async () => {
    await written(5)
    spoil(file(), 4)
    await repaired()
    const store = await open()
    await put(store, 'new', 1)
    const seqs = (await store.history(0 as Seq, 100)).map(({ seq }) => Number(seq))
    expect(seqs).toEqual([1, 2, 6])
    const follow = async (): Promise<void> => {
      for await (const _ of store.changes(0 as Seq, new AbortController().signal));
    }
    await expect(follow()).rejects.toMatchObject({ code: 'ERR_STORE_HISTORY_GAP', oldest: 6 })
    await store.close()
  })

  it('is noticed by a process that had stopped at the damage', async () => {
    await written(5)
    const running = await open()
    expect(running.view(numbers).get('k5')).toBe(5)
    appendFileSync(file(), 'garbage\n')
    expect(() => running.view(numbers).get('k5')).toThrow()
    await repaired()
    await put(running, 'again', 1)
    expect(running.view(numbers).get('k5')).toBe(5)
    await running.close()
  })

  it('is noticed by a process that had not seen the damage', async () => {
    await written(5)
    const running = await open()
    expect(running.view(numbers).get('k3')).toBe(3)
    spoil(file(), 4)
    await repaired()
    await put(running, 'again', 1)
    expect(running.view(numbers).get('k3')).toBeUndefined()
    const other = await open()
    expect(all(other)).toEqual(all(running))
    await running.close()
    await other.close()
  })

  it('leaves alone what it cannot mend', async () => {
    const { mkdirSync } = await import('node:fs')
    mkdirSync(file(), { recursive: true })
    await expect(nodePlanRepair(here())).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNREADABLE' })
  })
})

describe('a repair that lost transactions', () => {
  const where = () => ({ root: temp.root, clock: fixedClock(), families })
  const store = (): Promise<FileStore> =>
    fileStore({ root: temp.root, mode: 'write', families }, nodeStorePorts(fixedClock()))
  const change = async (work: (tx: Transaction) => void): Promise<void> => {
    const opened = await store()
    await opened.transact(intent(), work)
    await opened.close()
  }
  /** Lines of the first segment: the checkpoint, then one for each call of `change`. */
  const lose = (line: number): void => spoil(file(), line)
  const letIn = async (): Promise<readonly string[]> => {
    const opened = await store()
    const keys = opened.view(allowed).entries('')
    await opened.close()
    return keys.map(({ key }) => key.slice('telegram/default/'.length))
  }
  const listed = (): string => join(temp.root, 'credentials/telegram-allowFrom.json')
  const copy = (): { readonly path: string; readonly text: string } => {
    const name = 'pairing-journal/documents/credentials/telegram-allowFrom.json.base'
    const path = join(temp.root, name)
    return { path, text: readFileSync(path, 'utf8') }
  }
  /** The file and our copy of it as they are: a store that died, or could not write them, leaves them behind. */
  const saved = (): { readonly restore: () => void } => {
    const kept = [copy().path, listed()].map((path) => ({ path, text: readFileSync(path) }))
    return {
      restore: () => {
        for (const { path, text } of kept) writeFileSync(path, text)
      },
    }
  }
  /** Puts the right checksum into a copy. */
  const withChecksum = (text: string): string => {
    const [head = '', ...rest] = text.split('\n')
    const sha256 = nodeStorePorts(fixedClock()).sha256(rest.join('\n'))
    return [JSON.stringify({ ...JSON.parse(head), sha256 }), ...rest].join('\n')
  }

  it('lets nobody in whom the files do not let in any more', async () => {
    await change((tx) => tx.put(allowed, 'telegram/default/1', {} as never))
    await change((tx) => tx.put(allowed, 'telegram/default/2', {} as never))
    await change((tx) => tx.remove(allowed, 'telegram/default/2'))
    await change((tx) => tx.put(allowed, 'telegram/default/3', {} as never))
    lose(4)
    const planned = await nodePlanRepair(where())
    const done = await nodeRepairJournal(where())
    expect(done?.lost).toEqual([{ from: 3, to: 3 }])
    expect(planned?.fromFiles).toEqual(done?.fromFiles)
    expect(done?.fromFiles).toMatchObject([
      { collection: allowed.name, key: 'telegram/default/2', value: undefined },
      { collection: revoked.name, key: 'telegram/default/2' },
    ])
    const opened = await store()
    const keys = opened
      .view(allowed)
      .entries('')
      .map(({ key }) => key)
    expect(keys).toEqual(['telegram/default/1', 'telegram/default/3'])
    await opened.close()
  })

  it('keeps those out whom only the files let in: for how long they were, nobody knows', async () => {
    await change((tx) => tx.put(allowed, 'telegram/default/1', {} as never))
    await change((tx) => tx.put(allowed, 'telegram/default/2', {} as never))
    lose(3)
    const done = await nodeRepairJournal(where())
    expect(done?.fromFiles.map(({ key }) => key)).toEqual(['telegram/default/2'])
    expect(await letIn()).toEqual(['1'])
    // nor does the file give them back
    expect(await letIn()).toEqual(['1'])
  })

  it('does not touch what can be read of later decisions, although the file is older', async () => {
    await change((tx) => tx.put(allowed, 'telegram/default/1', {} as never))
    await change((tx) => tx.put(allowed, 'telegram/default/2', {} as never))
    const before = saved()
    await change((tx) => tx.put(allowed, 'telegram/default/3', {} as never))
    before.restore()
    lose(3)
    const done = await nodeRepairJournal(where())
    expect(done?.fromFiles.map(({ key }) => key)).toEqual(['telegram/default/2'])
    expect(await letIn()).toEqual(['1', '3'])
  })

  it('does not ask a file about decisions that were lost after it was written', async () => {
    await change((tx) => tx.put(allowed, 'telegram/default/1', {} as never))
    const before = saved()
    await change((tx) => tx.put(allowed, 'telegram/default/2', {} as never))
    await change((tx) => tx.put(allowed, 'telegram/default/3', {} as never))
    before.restore()
    lose(3)
    expect(await nodeRepairJournal(where())).toMatchObject({ fromFiles: [], undated: [] })
    expect(await letIn()).toEqual(['1', '3'])
  })

  it('takes files of an older version for no permission, and keeps what was decided after the loss', async () => {
    for (const id of ['1', '2', '3', '4']) {
      await change((tx) => tx.put(allowed, `telegram/default/${id}`, {} as never))
    }
    const { path, text } = copy()
    writeFileSync(path, text.replace(/"seq":\d+,"mark":"[0-9a-f]+",/, '').replace('"4"', '"5"'))
    writeFileSync(path, withChecksum(readFileSync(path, 'utf8')))
    writeFileSync(listed(), readFileSync(listed(), 'utf8').replace('"4"', '"5"'))
    lose(4)
    const done = await nodeRepairJournal(where())
    expect(done?.undated).toEqual([listed()])
    expect(done?.fromFiles.map(({ key }) => key.slice(-1)).sort()).toEqual(['3', '5'])
    expect(await letIn()).toEqual(['1', '2', '4'])
  })

  it.each([
    ['is gone', (path: string) => rmSync(path)],
    [
      'has rotted',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('"2"', '"7"')),
    ],
  ])('lets nobody in by a file of which our copy %s, and revokes nobody', async (_, destroy) => {
    for (const id of ['1', '2', '3']) {
      await change((tx) => tx.put(allowed, `telegram/default/${id}`, {} as never))
    }
    destroy(copy().path)
    writeFileSync(listed(), '{"version":1,"allowFrom":["2","3"]}')
    lose(3)
    expect((await nodeRepairJournal(where()))?.undated).toEqual([])
    expect(await letIn()).toEqual(['1', '3'])
  })

  it('does not believe a number in a copy that was changed', async () => {
    await change((tx) => tx.put(allowed, 'telegram/default/1', {} as never))
    await change((tx) => tx.put(allowed, 'telegram/default/2', {} as never))
    const { path, text } = copy()
    writeFileSync(path, text.replace('"seq":2', '"seq":1'))
    lose(3)
    expect((await nodeRepairJournal(where()))?.undated).toEqual([listed()])
    expect(await letIn()).toEqual(['1'])
  })

  it('believes what we wrote in a file, not what others wrote after it', async () => {
    await change((tx) => tx.put(allowed, 'telegram/default/1', {} as never))
    await change((tx) => tx.put(allowed, 'telegram/default/2', {} as never))
    await change((tx) => tx.remove(allowed, 'telegram/default/2'))
    lose(4)
    const path = join(temp.root, 'credentials/telegram-allowFrom.json')
    writeFileSync(path, '{"version":1,"allowFrom":["1","2"]}')
    const done = await nodeRepairJournal(where())
    expect(done?.fromFiles.map(({ key }) => key)).toContain('telegram/default/2')
  })

  it.each([
    ['gone', (path: string) => rmSync(path)],
    ['empty', (path: string) => truncateSync(path, 0)],
    ['garbage', (path: string) => writeFileSync(path, 'x'.repeat(4000))],
  ])('asks the files also when the newest segment is %s', async (_, destroy) => {
    const small = () =>
      fileStore(
        { root: temp.root, mode: 'write', families, segmentBytes: 3000 },
        nodeStorePorts(fixedClock()),
      )
    const opened = await small()
    const put = (id: string) =>
      opened.transact(intent(), (tx) => tx.put(allowed, `telegram/default/${id}`, {} as never))
    await put('666')
    for (let n = 1; segments().length < 2; n += 1) await put(String(n))
    await opened.transact(intent(), (tx) => tx.remove(allowed, 'telegram/default/666'))
    await opened.close()
    destroy(file(segments().length))
    const done = await nodeRepairJournal(where())
    expect(done).toMatchObject({ isEndKnown: false })
    // as many as the file knows of; there may be more
    expect(done?.lost.at(-1)?.to).toBe(done?.seq)
    expect(done?.fromFiles.map(({ key }) => key)).toContain('telegram/default/666')
    const after = await small()
    expect(after.view(allowed).has('telegram/default/666')).toBe(false)
    await after.close()
  })
})
