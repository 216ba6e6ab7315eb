import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Seq, Transaction } from '@openclaw/pairing-contracts'
import { fixedClock } from '@openclaw/pairing-testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FileStore, fileStore } from '../src/index.ts'
import { nodePlanRepair, nodeRepairJournal, nodeStorePorts } from '../src/node.ts'
import { allowed, families } from './documents-family.ts'
import { intent, put } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

let temp: ReturnType<typeof tempRoot>
beforeEach(() => {
  temp = tempRoot()
})
afterEach(() => temp.remove())

const KEY = 'telegram/default/'
const folder = (): string => join(temp.root, 'pairing-journal')
const segment = (n = 1): string => join(folder(), `${String(n).padStart(8, '0')}.jsonl`)
const here = () => ({ root: temp.root, clock: fixedClock(), families })
const open = (mode: 'read' | 'write' = 'write', trustVerified = false): Promise<FileStore> =>
  fileStore({ root: temp.root, mode, trustVerified, families }, nodeStorePorts(fixedClock()))

async function change(work: (tx: Transaction) => void): Promise<void> {
  const store = await open()
  await store.transact(intent(), work)
  await store.close()
}
const letIn = (id: string) => change((tx) => tx.put(allowed, KEY + id, {} as never))
const revoke = (id: string) => change((tx) => tx.remove(allowed, KEY + id))
async function ids(): Promise<readonly string[]> {
  const store = await open()
  const keys = store.view(allowed).entries(KEY)
  await store.close()
  return keys.map(({ key }) => key.slice(KEY.length))
}

/** A disk that lied about its sync, or a journal that was put back alone. */
function cutOff(lines: number, file = segment()): void {
  const whole = readFileSync(file, 'utf8').trimEnd().split('\n')
  writeFileSync(file, `${whole.slice(0, -lines).join('\n')}\n`)
}

const tree = (): readonly (readonly [string, string])[] =>
  readdirSync(temp.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [path, readFileSync(path, 'utf8')] as const)

describe('a journal that has lost whole lines at its end', () => {
  beforeEach(async () => {
    await letIn('666')
    await letIn('1')
    await revoke('666')
    cutOff(1)
  })

  it.each([
    ['write', false],
    ['read', false],
    ['read', true],
  ] as const)('is damaged for a store that opens it (%s, trusting %s)', async (mode, trusting) => {
    const before = tree()
    const store = await open(mode, trusting)
    expect(store.health()).toMatchObject({
      state: 'damaged',
      error: { code: 'ERR_JOURNAL_DAMAGED', file: segment(), line: 4 },
    })
    expect(() => store.view(allowed).has(`${KEY}666`)).toThrow()
    await expect(put(store, 'a', 1)).rejects.toMatchObject({
      code: mode === 'read' ? 'ERR_STORE_READ_ONLY' : 'ERR_JOURNAL_DAMAGED',
    })
    // as at any damage, the history answers up to it
    expect(await store.history(0 as Seq, 10)).toHaveLength(2)
    const report = await store.verify()
    expect(report).toMatchObject({ ok: false, findings: [{ what: 'missing-end', line: 4 }] })
    await store.close()
    expect(tree()).toEqual(before)
  })

  it('is repaired with what the files tell, and goes on behind what is lost', async () => {
    const planned = await nodePlanRepair(here())
    const done = await nodeRepairJournal(here())
    expect({ ...planned, problem: '' }).toEqual({ ...done, problem: '' })
    expect(done).toMatchObject({ seq: 3, lost: [{ from: 3, to: 3 }], isEndKnown: false })
    expect(done?.fromFiles.map(({ key }) => key)).toContain(`${KEY}666`)
    expect(await ids()).toEqual(['1'])
    expect(await nodePlanRepair(here())).toBeUndefined()
    await letIn('2')
    const store = await open()
    expect((await store.verify()).ok).toBe(true)
    expect(Number(store.view(allowed).seq())).toBe(4)
    await store.close()
  })

  it('goes on in a process that stopped at it, once it is repaired', async () => {
    const store = await open()
    expect(store.health().state).toBe('damaged')
    await nodeRepairJournal(here())
    await put(store, 'a', 1)
    expect(store.view(allowed).has(`${KEY}666`)).toBe(false)
    expect(store.health().state).toBe('ok')
    await store.close()
  })
})

describe('a journal and copies that do not belong together', () => {
  it('are damage when the journal alone comes from a backup', async () => {
    await letIn('1')
    cpSync(segment(), join(temp.root, 'backup'))
    await letIn('2')
    cpSync(join(temp.root, 'backup'), segment())
    const store = await open()
    expect(store.health().state).toBe('damaged')
    await store.close()
  })

  it('are none when the whole directory does', async () => {
    await letIn('1')
    cpSync(temp.root, `${temp.root}-backup`, { recursive: true })
    await letIn('2')
    for (const name of readdirSync(temp.root)) rmSync(join(temp.root, name), { recursive: true })
    cpSync(`${temp.root}-backup`, temp.root, { recursive: true })
    rmSync(`${temp.root}-backup`, { recursive: true })
    expect(await ids()).toEqual(['1'])
    await letIn('3')
    expect(await ids()).toEqual(['1', '3'])
  })

  it('are no new directory when the whole journal is gone', async () => {
    await letIn('1')
    rmSync(segment())
    const store = await open()
    expect(store.health()).toMatchObject({
      state: 'damaged',
      error: { code: 'ERR_JOURNAL_MISSING', file: segment() },
    })
    await store.close()
    const done = await nodeRepairJournal(here())
    expect(done).toMatchObject({ seq: 1, lost: [{ from: 1, to: 1 }], isEndKnown: false })
    expect(await ids()).toEqual([])
    await letIn('2')
    expect(await ids()).toEqual(['2'])
  })

  it('are none when another process writes both while this one opens', async () => {
    await letIn('1')
    await letIn('2')
    const whole = readFileSync(segment(), 'utf8')
    cutOff(1)
    const ports = nodeStorePorts(fixedClock())
    const late = whole.slice(readFileSync(segment(), 'utf8').length)
    const list = (path: string): readonly string[] => {
      if (path.endsWith('/documents')) appendFileSync(segment(), late)
      return ports.files.list(path)
    }
    const store = await fileStore(
      { root: temp.root, mode: 'read', families },
      { ...ports, files: { ...ports.files, list } },
    )
    expect(store.health().error).toBeUndefined()
    expect(store.view(allowed).has(`${KEY}2`)).toBe(true)
    await store.close()
  })

  it('are of one mind when the copies are gone, or know of nothing', async () => {
    await letIn('1')
    rmSync(join(folder(), 'documents'), { recursive: true })
    expect(await ids()).toEqual(['1'])
  })
})
