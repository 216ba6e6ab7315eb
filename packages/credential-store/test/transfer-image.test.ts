import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { fixedClock } from '@openclaw/pairing-testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { StoreFiles } from '../src/index.ts'
import { nodeFileStore, nodeStorePorts } from '../src/node.ts'
import {
  exportStore,
  filesTransfer,
  imageFile,
  importStore,
  planImport,
  type TransferStore,
} from '../src/transfer.ts'
import { all, errorOf, put, tester } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

const clock = fixedClock()
const ports = { ...nodeStorePorts(clock), now: (): EpochMs => clock.now() }
const cleanups: (() => void)[] = []

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

function folder(): string {
  const { root, remove } = tempRoot()
  cleanups.push(remove)
  return root
}

const endOf = (root: string): TransferStore => filesTransfer({ root }, ports)

async function fill(root: string): Promise<void> {
  const store = await nodeFileStore({ root, mode: 'write', clock })
  for (let n = 0; n < 5; n += 1) await put(store, `k${String(n % 3)}`, n)
  await store.close()
}

/** The text of an image, and a folder to write it in. */
async function exported(): Promise<{ readonly path: string; readonly root: string }> {
  const root = folder()
  await fill(join(root, 'from'))
  const path = join(root, 'image.jsonl')
  await exportStore(endOf(join(root, 'from')), path, ports)
  return { path, root }
}

const take = (path: string, to: TransferStore) =>
  importStore(imageFile(path, ports), to, { actor: tester })

async function contentOf(root: string): Promise<Record<string, number>> {
  const store = await nodeFileStore({ root, mode: 'read', clock })
  try {
    return all(store)
  } finally {
    await store.close()
  }
}

describe('an image in a file', () => {
  it('is for its owner alone, and taken in once', async () => {
    const { path, root } = await exported()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(root).sort()).toEqual(['from', 'image.jsonl'])
    const to = join(root, 'to')
    expect(await take(path, endOf(to))).toMatchObject({
      step: 'take',
      taken: { records: 3, seq: 6 },
    })
    expect(await contentOf(to)).toEqual(await contentOf(join(root, 'from')))
    expect(await take(path, endOf(to))).toMatchObject({ step: 'nothing' })
    const store = await nodeFileStore({ root: to, mode: 'write', clock })
    await put(store, 'later', 1)
    await store.close()
    expect(await planImport(imageFile(path, ports), endOf(to))).toMatchObject({ step: 'nothing' })
    const other = await exported()
    expect(await errorOf(take(other.path, endOf(to)))).toMatchObject({
      code: 'ERR_STORE_TRANSFER_TARGET',
    })
  })

  it('is refused wherever it is cut off, and nothing is there then', async () => {
    const { path, root } = await exported()
    const whole = readFileSync(path)
    const to = join(root, 'to')
    for (let length = 0; length < whole.length; length += 37) {
      writeFileSync(path, whole.subarray(0, length))
      expect(await errorOf(take(path, endOf(to)))).toMatchObject({ code: 'ERR_STORE_IMAGE' })
    }
    expect(await contentOf(to)).toEqual({})
    writeFileSync(path, whole)
    expect(await take(path, endOf(to))).toMatchObject({ step: 'take' })
  })

  it('is refused whichever byte of it is another one', async () => {
    const { path, root } = await exported()
    const whole = readFileSync(path)
    const to = join(root, 'to')
    for (let at = 0; at < whole.length; at += 7) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 1
      writeFileSync(path, changed)
      const { code } = (await errorOf(take(path, endOf(to)))) as { code: string }
      expect(['ERR_STORE_IMAGE', 'ERR_STORE_IMAGE_NEWER']).toContain(code)
    }
    expect(await contentOf(to)).toEqual({})
  })

  it.each([
    ['another file', '{"version":1}\n', 'ERR_STORE_IMAGE'],
    ['an empty file', '', 'ERR_STORE_IMAGE'],
    ['one of a newer version', '{"kind":"openclaw-store","format":2}\n', 'ERR_STORE_IMAGE_NEWER'],
    ['a line without an end', 'x'.repeat(40_000_000), 'ERR_STORE_IMAGE'],
  ])('refuses %s', async (_name, text, code) => {
    const root = folder()
    const path = join(root, 'image')
    writeFileSync(path, text)
    expect(await errorOf(take(path, endOf(join(root, 'to'))))).toMatchObject({ code })
    expect(existsSync(join(root, 'to'))).toBe(false)
  })

  it('refuses what is no file of its own', async () => {
    const { path, root } = await exported()
    symlinkSync(path, join(root, 'link'))
    for (const name of ['link', '.', 'nothing']) {
      const error = await errorOf(take(join(root, name), endOf(join(root, 'to'))))
      expect(error).toMatchObject({ code: 'ERR_STORE_IMAGE' })
    }
  })
})

describe('the file of an export', () => {
  it.each([
    ['a full disk', 'ENOSPC'],
    ['a disk that fails', 'EIO'],
  ])('is not there after %s', async (_name, code) => {
    const root = folder()
    await fill(join(root, 'from'))
    const fail = (): never => {
      throw Object.assign(new Error(code), { code })
    }
    const failing: readonly Partial<StoreFiles>[] = [
      { write: fail },
      { write: (_fd, bytes) => bytes.length - 1 },
      { sync: async () => fail() },
      { link: fail },
    ]
    const from = endOf(join(root, 'from'))
    for (const part of failing) {
      const files = { ...ports.files, ...part }
      const error = await errorOf(exportStore(from, join(root, 'image'), { ...ports, files }))
      expect(error).toMatchObject({ code: 'ERR_STORE_IMAGE_WRITE' })
      expect(readdirSync(root)).toEqual(['from'])
    }
  })

  it('replaces nothing', async () => {
    const { path, root } = await exported()
    const before = readFileSync(path)
    mkdirSync(join(root, 'folder'))
    for (const name of ['image.jsonl', 'folder']) {
      const written = exportStore(endOf(join(root, 'from')), join(root, name), ports)
      expect(await errorOf(written)).toMatchObject({ code: 'ERR_STORE_IMAGE_WRITE' })
    }
    expect(readFileSync(path)).toEqual(before)
    expect(readdirSync(root).sort()).toEqual(['folder', 'from', 'image.jsonl'])
  })
})
