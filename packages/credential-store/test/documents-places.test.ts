import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FileStore, fileStore, type MovePlan } from '../src/index.ts'
import {
  nodeFileStore,
  nodeMoveFolders,
  nodePlanMove,
  nodeRepairJournal,
  nodeStorePorts,
} from '../src/node.ts'
import { families } from './documents-family.ts'
import { allow, held, type Stores, stores } from './documents-stores.ts'
import { realClock } from './documents-world.ts'

let place: Stores
let away: string
beforeEach(() => {
  place = stores()
  away = realpathSync(mkdtempSync(join(tmpdir(), 'documents-away-')))
})
afterEach(async () => {
  await place.remove()
  rmSync(away, { recursive: true, force: true })
})

const NAME = 'telegram-allowFrom.json'
const at = (name: string): string => join(away, name)
const note = (): string => place.at('pairing-journal/places.json')
const moved = { code: 'ERR_STORE_FOLDER_MOVED' }

async function letIn(folder: string | undefined, ...ids: readonly string[]): Promise<void> {
  const store = await place.open('write', folder)
  await allow(store, ...ids)
  await store.close()
}

async function seen(folder: string | undefined, mode: 'read' | 'write' = 'write') {
  const store = await place.open(mode, folder)
  const ids = held(store)
  await store.close()
  return ids
}

const options = (folder: string) => ({
  root: place.root,
  families,
  folders: { credentials: folder },
  clock: realClock,
})
/** What a move would do; the move does just that. */
async function move(folder: string): Promise<MovePlan | undefined> {
  const planned = await nodePlanMove(options(folder))
  const done = await nodeMoveFolders(options(folder))
  expect({ ...done, problem: '' }).toEqual({ ...planned, problem: '' })
  return done
}

describe('the place of the well-known files', () => {
  it.each([
    ['moved, and looked for in the usual place', 'a', undefined],
    ['in the usual place, and looked for elsewhere', undefined, 'a'],
    ['moved, and looked for in another place', 'a', 'b'],
  ])('stops a store when they are %s', async (_, first, second) => {
    const [was, is] = [first, second].map((name) => name && at(name))
    await letIn(was, '1')
    const other = join(is ?? place.at('credentials'), NAME)
    mkdirSync(join(other, '..'), { recursive: true, mode: 0o700 })
    writeFileSync(other, '{"version":1,"allowFrom":["999"]}', { mode: 0o600 })
    const before = place.tree()
    await expect(seen(is)).rejects.toMatchObject(moved)
    await expect(seen(is, 'read')).rejects.toMatchObject(moved)
    expect(place.tree()).toEqual(before)
    expect(readFileSync(other, 'utf8')).toContain('999')
    expect(await seen(was)).toEqual(['1'])
  })

  it('stops also a page that is read and forgotten, and costs it nothing where they are right', async () => {
    await letIn(at('a'), '1')
    const ports = nodeStorePorts(realClock)
    const opened: string[] = []
    const files = {
      ...ports.files,
      open: (...call: Parameters<typeof ports.files.open>) => {
        opened.push(call[0].slice(place.root.length + 1))
        return ports.files.open(...call)
      },
    }
    const glance = (folder: string): Promise<FileStore> =>
      fileStore(
        {
          root: place.root,
          mode: 'read',
          trustVerified: true,
          families,
          folders: { credentials: folder },
        },
        { ...ports, files },
      )
    const store = await glance(at('a'))
    expect(held(store)).toEqual(['1'])
    await store.close()
    expect(opened).toEqual(['pairing-journal/00000001.jsonl', 'pairing-journal/verified.json'])
    await expect(glance(place.at('credentials'))).rejects.toMatchObject(moved)
  })

  it('may be spelt as one likes', async () => {
    await letIn(at('a'), '1')
    symlinkSync(away, `${away}-link`)
    try {
      expect(await seen(join(`${away}-link`, 'a'))).toEqual(['1'])
      expect(await seen(`${away}/../${relative(join(away, '..'), away)}/a/`)).toEqual(['1'])
    } finally {
      rmSync(`${away}-link`)
    }
  })

  it('may be named before it is there, through a link', async () => {
    await letIn(at('a'), '1')
    rmSync(at('a'), { recursive: true })
    symlinkSync(away, `${away}-link`)
    try {
      expect(await seen(join(`${away}-link`, 'a'))).toEqual(['1'])
    } finally {
      rmSync(`${away}-link`)
    }
    expect(existsSync(join(at('a'), NAME))).toBe(true)
  })

  it('that is the usual one moves with the state directory', async () => {
    await letIn(undefined, '1')
    cpSync(place.root, at('copy'), { recursive: true })
    const store = await nodeFileStore({
      root: at('copy'),
      mode: 'write',
      families,
      clock: realClock,
    })
    expect(held(store)).toEqual(['1'])
    await store.close()
  })

  it('of a directory that an older version kept is noted when it is opened', async () => {
    await letIn(at('a'), '1')
    rmSync(note())
    rmSync(place.at('pairing-journal/verified.json'))
    expect(await seen(at('a'), 'read')).toEqual(['1'])
    expect(existsSync(note())).toBe(false)
    expect(await seen(at('a'))).toEqual(['1'])
    await expect(seen(undefined)).rejects.toMatchObject(moved)
  })

  it.each([
    '',
    '{',
    '{"version":1}',
    '{"version":2,"places":{}}',
    '{"version":1,"places":{"a":1}}',
  ])('is not guessed from a damaged note (%j)', async (text) => {
    await letIn(at('a'), '1')
    writeFileSync(note(), text)
    rmSync(place.at('pairing-journal/verified.json'))
    for (const folder of [undefined, at('a')]) {
      await expect(seen(folder)).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNREADABLE' })
    }
    expect((await move(at('a')))?.differences).toEqual([])
    expect(await seen(at('a'))).toEqual(['1'])
  })

  it('is asked by a repair too', async () => {
    await letIn(at('a'), '1')
    await expect(nodeRepairJournal(options(at('b')))).rejects.toMatchObject(moved)
  })
})

describe('moving the files', () => {
  it('is accepted when they say there what ours said', async () => {
    await letIn(undefined, '1', '2')
    cpSync(place.at('credentials'), at('a'), { recursive: true })
    expect(await move(at('a'))).toMatchObject({ problem: moved, differences: [] })
    expect(await nodePlanMove(options(at('a')))).toBeUndefined()
    expect(await seen(at('a'))).toEqual(['1', '2'])
    await expect(seen(undefined)).rejects.toMatchObject(moved)
  })

  it.each([
    ['is missing', (path: string) => rmSync(path)],
    [
      'says something else',
      (path: string) => writeFileSync(path, '{"version":1,"allowFrom":["9"]}'),
    ],
    ['is damaged', (path: string) => writeFileSync(path, '{')],
    [
      'stands there besides',
      (path: string) => cpSync(path, join(path, '../signal-allowFrom.json')),
    ],
  ])('is refused when a file %s', async (_, spoil) => {
    await letIn(undefined, '1')
    cpSync(place.at('credentials'), at('a'), { recursive: true })
    spoil(join(at('a'), NAME))
    const before = readFileSync(note(), 'utf8')
    expect((await move(at('a')))?.differences).toHaveLength(1)
    expect(readFileSync(note(), 'utf8')).toBe(before)
    await expect(seen(at('a'))).rejects.toMatchObject(moved)
    expect(await seen(undefined)).toEqual(['1'])
  })

  it('keeps a process that still has the old place from undoing what is decided in the new one', async () => {
    await letIn(undefined, '1', '2')
    const old = await place.open('write')
    cpSync(place.at('credentials'), at('a'), { recursive: true })
    await move(at('a'))
    const store = await place.open('write', at('a'))
    await allow(store, '3')
    await store.close()
    await new Promise((resolve) => setTimeout(resolve, 900))
    expect(held(old)).toEqual(['1', '2', '3'])
    expect(place.ids()).toEqual(['1', '2'])
    await old.close()
    // nor does its note of what it checked vouch for the old place
    const glance = {
      ...options(place.at('credentials')),
      mode: 'read',
      trustVerified: true,
    } as const
    await expect(nodeFileStore(glance)).rejects.toMatchObject(moved)
    expect(place.ids()).toEqual(['1', '2'])
    expect(await seen(at('a'))).toEqual(['1', '2', '3'])
  })

  it('by renaming the folder takes a word as well', async () => {
    await letIn(at('a'), '1')
    renameSync(at('a'), at('b'))
    await expect(seen(at('b'))).rejects.toMatchObject(moved)
    expect((await move(at('b')))?.differences).toEqual([])
    expect(await seen(at('b'))).toEqual(['1'])
  })
})
