import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileStore, FileStoreOptions } from '../src/index.ts'
import { nodeStoreFiles } from '../src/node.ts'
import { all, errorOf, intent, numbers, openWith, put, texts } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

let temp: ReturnType<typeof tempRoot>
beforeEach(() => {
  temp = tempRoot()
})
afterEach(() => temp.remove())

/** A whole look at the file is at most that old. */
const untilNoticed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10))

const folder = (): string => join(temp.root, 'pairing-journal')
const file = (segment = 1): string => join(folder(), `${String(segment).padStart(8, '0')}.jsonl`)
const open = (more: Partial<FileStoreOptions> = {}): Promise<FileStore> =>
  openWith({ root: temp.root, mode: 'write', ...more })

async function written(count: number, more: Partial<FileStoreOptions> = {}): Promise<void> {
  const store = await open(more)
  for (let n = 1; n <= count; n += 1) await put(store, `k${String(n)}`, n)
  await store.close()
}

function flipByte(path: string, offset: number): void {
  const bytes = readFileSync(path)
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset)
  writeFileSync(path, bytes)
}

const lineStart = (path: string, line: number): number =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, line - 1)
    .join('\n').length + (line > 1 ? 1 : 0)

/** The store must open, explain, and answer and change nothing. */
async function expectClosedDoor(code: string, more: object = {}): Promise<void> {
  const before = readdirSync(folder()).map((name) => [name, statSync(join(folder(), name)).size])
  for (const mode of ['write', 'read'] as const) {
    const store = await open({ mode })
    const expected = expect.objectContaining({ code, ...more })
    expect(() => store.view(numbers).get('k1')).toThrow(expected)
    expect(() => store.view(numbers).entries('')).toThrow(expected)
    if (mode === 'write') expect(await errorOf(put(store, 'new', 1))).toEqual(expected)
    expect(store.health()).toMatchObject({ state: 'damaged', error: { code } })
    expect((await store.verify()).ok).toBe(false)
    await store.close()
  }
  expect(readdirSync(folder()).map((name) => [name, statSync(join(folder(), name)).size])).toEqual(
    before,
  )
}

describe('the end of a write that was cut off', () => {
  it.each([1, 40, 200])('is removed by the next writer (%i bytes of it)', async (length) => {
    await written(3)
    const whole = statSync(file()).size
    const record = readFileSync(file(), 'utf8').split('\n')[1] ?? ''
    appendFileSync(file(), record.slice(0, length))
    const store = await open()
    expect(all(store)).toEqual({ k1: 1, k2: 2, k3: 3 })
    expect(statSync(file()).size).toBe(whole + length)
    await put(store, 'k4', 4)
    expect(store.health().journal).toEqual([
      { what: 'torn-tail', file: file(), problem: expect.stringContaining(String(length)) },
    ])
    expect(await store.verify()).toMatchObject({ ok: true, entries: 4, findings: [] })
    await store.close()
  })

  it('may be zeros, as after a power loss', async () => {
    await written(3)
    appendFileSync(file(), Buffer.alloc(300))
    const store = await open()
    await put(store, 'k4', 4)
    expect(all(store)).toEqual({ k1: 1, k2: 2, k3: 3, k4: 4 })
    await store.close()
  })

  it('may hold zeros and end with a line feed', async () => {
    await written(3)
    const record = readFileSync(file()).subarray(lineStart(file(), 2), lineStart(file(), 3))
    const holed = Buffer.from(record).fill(0, 10, 60)
    appendFileSync(file(), holed)
    const store = await open()
    await put(store, 'k4', 4)
    expect(all(store)).toEqual({ k1: 1, k2: 2, k3: 3, k4: 4 })
    await store.close()
  })

  it('is nothing a reader stumbles over: it waits for the rest', async () => {
    await written(3)
    const line = readFileSync(file()).subarray(lineStart(file(), 4))
    truncateSync(file(), lineStart(file(), 4))
    const late = await open({ mode: 'read' })
    const waiting = late.view(numbers)
    for (let at = 0; at < line.length; at += 50) {
      expect(waiting.entries('')).toHaveLength(2)
      appendFileSync(file(), line.subarray(at, at + 50))
    }
    expect(waiting.get('k3')).toBe(3)
    await late.close()
  })
})

describe('damage before the end', () => {
  it('stops the store and names file and line', async () => {
    await written(5)
    flipByte(file(), lineStart(file(), 3) + 20)
    await expectClosedDoor('ERR_JOURNAL_DAMAGED', { file: file(), line: 3 })
  })

  it('in the very last record stops it too: it may have been acknowledged', async () => {
    await written(5)
    flipByte(file(), lineStart(file(), 6) + 20)
    await expectClosedDoor('ERR_JOURNAL_DAMAGED', { file: file(), line: 6 })
  })

  it.each([
    'first line',
    'whole file',
    'zeros in the middle',
    'missing line',
    'doubled line',
    'swapped lines',
    'foreign line',
  ])('is seen: %s', async (kind) => {
    await written(6)
    const lines = readFileSync(file(), 'utf8').split('\n')
    const [first = '', second = '', third = ''] = lines
    const write = (changed: readonly string[]): void => writeFileSync(file(), changed.join('\n'))
    if (kind === 'first line') flipByte(file(), 30)
    if (kind === 'whole file') truncateSync(file(), 0)
    if (kind === 'zeros in the middle') {
      const bytes = readFileSync(file())
      writeFileSync(file(), bytes.fill(0, lineStart(file(), 3), lineStart(file(), 4) - 1))
    }
    if (kind === 'missing line') write([first, second, ...lines.slice(3)])
    if (kind === 'doubled line') write([first, second, third, '{"a":1}', ...lines.slice(3)])
    if (kind === 'swapped lines') write([first, third, second, ...lines.slice(3)])
    if (kind === 'foreign line') write([first, second, '', ...lines.slice(2)])
    await expectClosedDoor('ERR_JOURNAL_DAMAGED')
  })

  it('leaves the history before it readable', async () => {
    await written(5)
    flipByte(file(), lineStart(file(), 5) + 20)
    const store = await open()
    const entries = await store.history(0 as never, 100)
    expect(entries.map(({ seq }) => Number(seq))).toEqual([1, 2, 3])
    await expect(store.history(3 as never, 100)).rejects.toMatchObject({
      code: 'ERR_JOURNAL_DAMAGED',
    })
    await store.close()
  })

  it('that happens while the store is open closes its door as well', async () => {
    await written(3)
    const store = await open()
    const view = store.view(numbers)
    expect(view.get('k3')).toBe(3)
    appendFileSync(file(), 'this is no record\n')
    const expected = expect.objectContaining({ code: 'ERR_JOURNAL_DAMAGED', line: 5 })
    expect(() => view.get('k3')).toThrow(expected)
    expect(await errorOf(put(store, 'a', 1))).toEqual(expected)
    await store.close()
  })

  it('is seen when the file became shorter while it was open', async () => {
    await written(3)
    const store = await open()
    expect(store.view(numbers).get('k3')).toBe(3)
    truncateSync(file(), lineStart(file(), 3))
    await untilNoticed()
    expect(() => store.view(numbers).get('k3')).toThrow(
      expect.objectContaining({ code: 'ERR_JOURNAL_DAMAGED' }),
    )
    await store.close()
  })

  it('written by a newer version is explained, not misread', async () => {
    mkdirSync(folder(), { mode: 0o700 })
    const { createHash } = await import('node:crypto')
    const body = `{"format":2,"segment":1,"seq":0,"prev":"${'0'.repeat(64)}"`
    const hash = createHash('sha256').update(body).digest('hex')
    writeFileSync(file(), `${body},"hash":"${hash}"}\n`, { mode: 0o600 })
    const store = await open()
    expect(() => store.view(numbers).get('a')).toThrow(/newer version/)
    await store.close()
  })
})

describe('a journal that goes away', () => {
  it('while it is open makes views and transactions stop', async () => {
    await written(3)
    const store = await open()
    const view = store.view(numbers)
    expect(view.has('k1')).toBe(true)
    rmSync(folder(), { recursive: true })
    await untilNoticed()
    const expected = expect.objectContaining({ code: 'ERR_JOURNAL_MISSING' })
    expect(() => view.has('k1')).toThrow(expected)
    expect(() => view.entries('')).toThrow(expected)
    expect(await errorOf(put(store, 'a', 1))).toEqual(expected)
    await store.close()
  })

  it('and comes back as it was is used again', async () => {
    await written(3)
    const store = await open()
    const view = store.view(numbers)
    expect(view.has('k1')).toBe(true)
    copyFileSync(file(), join(temp.root, 'backup'))
    rmSync(file())
    await untilNoticed()
    expect(() => view.has('k1')).toThrow()
    copyFileSync(join(temp.root, 'backup'), file())
    expect(view.get('k3')).toBe(3)
    await put(store, 'k4', 4)
    expect(all(store)).toEqual({ k1: 1, k2: 2, k3: 3, k4: 4 })
    await store.close()
  })

  it('and comes back older is refused: what was revoked must not return', async () => {
    await written(3)
    copyFileSync(file(), join(temp.root, 'backup'))
    const store = await open()
    await put(store, 'k4', 4)
    rmSync(file())
    copyFileSync(join(temp.root, 'backup'), file())
    await untilNoticed()
    expect(() => store.view(numbers).get('k1')).toThrow(
      expect.objectContaining({ code: 'ERR_JOURNAL_REPLACED' }),
    )
    await store.close()
  })

  it('moved aside is noticed, also by views, soon', async () => {
    await written(3)
    const store = await open()
    expect(store.view(numbers).has('k1')).toBe(true)
    renameSync(folder(), join(temp.root, 'aside'))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(() => store.view(numbers).has('k1')).toThrow(
      expect.objectContaining({ code: 'ERR_JOURNAL_MISSING' }),
    )
    await expect(put(store, 'a', 1)).rejects.toMatchObject({ code: 'ERR_JOURNAL_MISSING' })
    expect(() => store.view(numbers).has('k1')).toThrow(
      expect.objectContaining({ code: 'ERR_JOURNAL_MISSING' }),
    )
    await store.close()
    expect(readFileSync(join(temp.root, 'aside/00000001.jsonl'), 'utf8')).not.toContain('"a"')
  })
})

describe('something else in its place', () => {
  it('a directory where the segment belongs', async () => {
    mkdirSync(file(), { recursive: true })
    await expect(open()).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNREADABLE', file: file() })
    await expect(open({ mode: 'read' })).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNREADABLE' })
  })

  it('a file where the directory belongs', async () => {
    writeFileSync(folder(), '')
    await expect(open()).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNREADABLE', file: folder() })
  })

  it('a file where the state directory belongs', async () => {
    writeFileSync(join(temp.root, 'file'), '')
    const root = join(temp.root, 'file')
    await expect(openWith({ root, mode: 'write' })).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNREADABLE',
      file: root,
    })
  })

  it.each(['file', 'directory'])('a link instead of the %s', async (kind) => {
    await written(1)
    const real = join(temp.root, 'real')
    const path = kind === 'file' ? file() : folder()
    renameSync(path, real)
    symlinkSync(real, path)
    await expect(open()).rejects.toMatchObject({ code: 'ERR_STORE_LINK', file: path })
    await expect(open({ mode: 'read' })).rejects.toMatchObject({ code: 'ERR_STORE_LINK' })
  })

  it('a file that the system refuses to open', async () => {
    await written(1)
    const files = nodeStoreFiles()
    const refusing: typeof files = {
      ...files,
      open: () => {
        throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
      },
    }
    const opening = openWith({ root: temp.root, mode: 'write' }, { files: refusing })
    await expect(opening).rejects.toMatchObject({
      code: 'ERR_JOURNAL_UNREADABLE',
      file: file(),
      hint: expect.stringContaining(`chmod u+rwX ${file()}`),
    })
  })
})

describe('modes and owners', () => {
  it('tightens what is too open', async () => {
    await written(1)
    chmodSync(folder(), 0o755)
    chmodSync(file(), 0o644)
    const store = await open({ mode: 'read' })
    expect(all(store)).toEqual({ k1: 1 })
    expect(statSync(folder()).mode & 0o777).toBe(0o700)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    await store.close()
  })

  it('refuses a file of another owner and names the command', async () => {
    await written(1)
    const files = nodeStoreFiles()
    const foreign: typeof files = {
      ...files,
      stat: (path) => {
        const found = files.stat(path)
        return found && path === file() ? Object.assign(found, { uid: 4242 }) : found
      },
    }
    const uid = statSync(temp.root).uid
    await expect(
      openWith({ root: temp.root, mode: 'write' }, { files: foreign }),
    ).rejects.toMatchObject({
      code: 'ERR_STORE_OWNER',
      hint: `sudo chown -R ${String(uid)} ${file()}`,
    })
  })

  it('refuses to write into the state directory of another user', async () => {
    const { nodeStorePorts } = await import('../src/node.ts')
    const { fixedClock } = await import('@openclaw/pairing-testing')
    const { process: self } = nodeStorePorts(fixedClock())
    const stranger = { ...self, uid: 4242 }
    const opening = openWith({ root: temp.root, mode: 'write' }, { process: stranger })
    await expect(opening).rejects.toMatchObject({ code: 'ERR_STORE_OWNER', file: temp.root })
  })
})

describe('a record that its collection cannot read', () => {
  it('is reported and kept through everything else', async () => {
    const store = await open()
    await store.transact(intent(), (tx) => tx.put({ ...texts, name: numbers.name }, 'bad', 'text'))
    await put(store, 'good', 1)
    await store.close()
    const again = await open()
    expect(() => again.view(numbers).get('bad')).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_RECORD_DAMAGED', key: 'bad' }),
    )
    expect(again.view(numbers).get('good')).toBe(1)
    expect(again.view({ ...texts, name: numbers.name }).get('bad')).toBe('text')
    await again.close()
  })
})
