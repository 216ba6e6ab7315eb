import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sha256 } from '@openclaw/pairing-contracts'
import { fixedClock } from '@openclaw/pairing-testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { documentFiles } from '../src/documents/files.ts'
import { type FileStore, fileStore } from '../src/index.ts'
import type { OpenMode } from '../src/journal/files.ts'
import { nodeStorePorts } from '../src/node.ts'
import { noteVerified } from '../src/verified.ts'
import { allowed, families } from './documents-family.ts'
import { numbers, put } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

/** A reader takes what was checked when it was written as it is, and everything else with its checksums. */
describe('the note of what was checked', () => {
  let temp: ReturnType<typeof tempRoot>
  let hashed: number
  const ports = nodeStorePorts(fixedClock())
  const counting: Sha256 = (text) => {
    hashed += 1
    return ports.sha256(text)
  }
  const open = (mode: 'read' | 'write'): Promise<FileStore> =>
    fileStore(
      { root: temp.root, mode, families, trustVerified: true },
      { ...ports, clock: fixedClock(), sha256: counting },
    )
  const journal = (name: string): string => join(temp.root, 'pairing-journal', name)
  const written = async (): Promise<void> => {
    const store = await open('write')
    await put(store, 'a', 1)
    await store.transact(
      { scope: 'store' as never, actor: { kind: 'root', user: 'me' }, action: 'test' },
      (tx) => tx.put(allowed, 'telegram/default/1', {} as never),
    )
    await store.close()
  }
  const reads = async (): Promise<{ hashed: number; value: unknown; state: string }> => {
    hashed = 0
    const store = await open('read')
    const { state } = store.health()
    const value = state === 'damaged' ? undefined : store.view(numbers).get('a')
    const read = { hashed, value, state }
    await store.close()
    return read
  }
  /** Changes one byte and leaves the size and the times as they were. */
  const spoil = (path: string, from: string, to: string): void => {
    const { atime, mtime } = statSync(path)
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
    utimesSync(path, atime, mtime)
  }
  beforeEach(() => {
    temp = tempRoot()
    hashed = 0
  })
  afterEach(() => temp.remove())

  it('spares a reader every checksum', async () => {
    await written()
    expect(existsSync(journal('verified.json'))).toBe(true)
    expect(statSync(journal('verified.json')).mode & 0o777).toBe(0o600)
    expect(await reads()).toMatchObject({ hashed: 0, value: 1 })
  })

  it('says nothing of a file that was changed since, whatever its times say', async () => {
    await written()
    spoil(journal('00000001.jsonl'), '"value":1', '"value":2')
    const { hashed: checks, state } = await reads()
    expect(checks).toBeGreaterThan(0)
    expect(state).toBe('damaged')
  })

  it('says nothing of a copy that was changed since', async () => {
    await written()
    spoil(journal('documents/credentials/telegram-allowFrom.json.base'), '"1"', '"7"')
    // the file itself is as it was, so nobody looks at the copy
    expect((await reads()).hashed).toBe(0)
    spoil(join(temp.root, 'credentials/telegram-allowFrom.json'), '"1"', '"1"')
    expect((await reads()).hashed).toBeGreaterThan(0)
  })

  it('spares a reader to compare the well-known files, unless they were changed since', async () => {
    await written()
    let opened: string[] = []
    const files = {
      ...ports.files,
      open: (path: string, mode: OpenMode) => {
        opened.push(path.slice(temp.root.length + 1))
        return ports.files.open(path, mode)
      },
    }
    const glance = async () => {
      opened = []
      const store = await fileStore(
        { root: temp.root, mode: 'read', families, trustVerified: true },
        { ...ports, clock: fixedClock(), files },
      )
      const senders = store
        .view(allowed)
        .entries('telegram/default/')
        .map(({ key }) => key)
      await store.close()
      return senders
    }
    expect(await glance()).toEqual(['telegram/default/1'])
    expect(opened).toEqual(['pairing-journal/00000001.jsonl', 'pairing-journal/verified.json'])
    const path = join(temp.root, 'credentials/telegram-allowFrom.json')
    spoil(path, '"1"', '"7"')
    expect(await glance()).toEqual(['telegram/default/7'])
    expect(opened).toContain('credentials/telegram-allowFrom.json')
  })

  it('leaves out a well-known file that another program wrote, and covers the rest', async () => {
    await written()
    const path = join(temp.root, 'credentials/telegram-allowFrom.json')
    const copy = journal('documents/credentials/telegram-allowFrom.json.base')
    const segment = journal('00000001.jsonl')
    spoil(path, '"1"', '"7"')
    await noteVerified(
      {
        ...ports,
        files: documentFiles(ports.files, { owner: () => undefined, places: new Set() }),
        folder: join(temp.root, 'pairing-journal'),
      },
      { segment, documents: [{ path, copy }] },
    )
    const { files } = JSON.parse(readFileSync(journal('verified.json'), 'utf8'))
    expect(Object.keys(files)).toEqual([
      '00000001.jsonl',
      'documents/credentials/telegram-allowFrom.json.base',
    ])
  })

  it('covers what it was made for, not what came after', async () => {
    await written()
    const note = readFileSync(journal('verified.json'))
    const store = await open('write')
    await put(store, 'a', 2)
    await store.close()
    writeFileSync(journal('verified.json'), note)
    expect(await reads()).toMatchObject({ value: 2 })
    expect(hashed).toBeGreaterThan(0)
  })

  it('is not made of what is damaged', async () => {
    const store = await open('write')
    await put(store, 'a', 1)
    spoil(journal('00000001.jsonl'), '"value":1', '"value":2')
    await store.close()
    expect(readdirSync(journal(''))).not.toContain('verified.json')
    expect((await reads()).state).toBe('damaged')
  })

  it('may be missing, damaged or about other files', async () => {
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      '{"files":null}',
      '{"files":{"00000001.jsonl":"1"}}',
    ]) {
      temp.remove()
      temp = tempRoot()
      await written()
      writeFileSync(journal('verified.json'), text)
      expect(await reads()).toMatchObject({ value: 1 })
      expect(hashed).toBeGreaterThan(0)
    }
  })

  it('is made although a process died while it made one', async () => {
    await written()
    writeFileSync(journal('verified.json.new'), 'half')
    const store = await open('write')
    await put(store, 'a', 2)
    await store.close()
    expect(readdirSync(journal('')).filter((name) => name.startsWith('verified'))).toEqual([
      'verified.json',
    ])
    expect(await reads()).toMatchObject({ hashed: 0, value: 2 })
  })

  it('does not stand in for a check that was asked for', async () => {
    await written()
    const store = await open('read')
    hashed = 0
    expect((await store.verify()).ok).toBe(true)
    expect(hashed).toBeGreaterThan(2)
    await store.close()
  })

  it('spares nobody who did not ask for it', async () => {
    await written()
    hashed = 0
    const store = await fileStore(
      { root: temp.root, mode: 'read', families },
      { ...ports, sha256: counting },
    )
    expect(hashed).toBeGreaterThan(0)
    await store.close()
  })

  it('does not cover what changed while it was made', async () => {
    const slow = { ...ports, clock: fixedClock(), sha256: counting }
    let edits = 0
    const store = await fileStore(
      { root: temp.root, mode: 'write', families },
      {
        ...slow,
        sleep: async (ms) => {
          await ports.sleep(ms)
          edits += 1
          if (ms > 0) spoil(journal('00000001.jsonl'), '"value":1', '"value":2')
        },
      },
    )
    await put(store, 'a', 1)
    await store.close()
    expect(edits).toBeGreaterThan(0)
    expect((await reads()).state).toBe('damaged')
  })

  it('does not spare a store that writes', async () => {
    await written()
    hashed = 0
    const store = await open('write')
    expect(hashed).toBeGreaterThan(0)
    await store.close()
  })
})
