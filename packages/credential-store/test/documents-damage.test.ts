import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import type { JsonObject } from '@openclaw/pairing-contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allowed } from './documents-family.ts'
import { realFiles } from './documents-files.ts'
import { type World, world } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const list = (...ids: string[]): JsonObject => ({ version: 1, allowFrom: ids })

describe('damaged and missing documents', () => {
  let place: World
  beforeEach(async () => {
    place = world()
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
  })
  afterEach(() => place.remove())

  const aside = (): readonly string[] => place.list().filter((name) => name.includes('.damaged-'))

  it.each([
    ['cut off', '{\n  "version": 1,\n  "allowFrom": [\n    "1'],
    ['empty', ''],
    ['null', 'null\n'],
    ['of the wrong type', '["1"]'],
    ['of the wrong shape', '{"version":1,"allowFrom":[null]}'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['nested without end', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    [
      'nested too deep where nobody looks',
      `{"version":1,"allowFrom":["1"],"x":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    ],
  ])('keeps the bytes of a file that is %s, and rebuilds it', async (_what, bytes) => {
    writeFileSync(place.path(ALLOW), bytes)
    const sync = place.sync()
    await sync.open()
    expect(place.json(ALLOW)).toEqual(list('1'))
    expect(place.keys(allowed)).toEqual(['telegram/default/1'])
    expect(sync.findings()).toMatchObject([
      { code: 'ERR_DOCUMENT_DAMAGED', file: place.path(ALLOW) },
    ])
    expect(aside()).toHaveLength(1)
    const kept = `credentials/${aside()[0] ?? ''}`
    expect(readFileSync(place.path(kept))).toEqual(Buffer.from(bytes as string))
    expect(statSync(place.path(kept)).mode & 0o777).toBe(0o600)
    expect((await place.entries()).at(-1)).toMatchObject({
      action: 'outside.damage',
      detail: { documents: [ALLOW], keptAs: aside()[0] },
    })
  })

  it('rebuilds a damaged file while it is open, without a lost edit before it', async () => {
    const sync = place.sync()
    await sync.open()
    place.write(ALLOW, list('1', '2'))
    await sync.poll()
    place.write(ALLOW, '{"version":1,"allow')
    await sync.poll()
    await sync.flush()
    expect(place.json(ALLOW)).toEqual(list('1', '2'))
  })

  it('keeps the same bytes once, and a bounded number of others', async () => {
    const sync = place.sync()
    await sync.open()
    const damageWith = async (text: string): Promise<void> => {
      place.write(ALLOW, text)
      await sync.poll()
      await sync.flush()
    }
    await damageWith('{')
    await damageWith('{')
    expect(aside()).toHaveLength(1)
    for (const n of [1, 2, 3, 4, 5, 6]) await damageWith(`{"n":${String(n)}`)
    expect(aside()).toHaveLength(5)
    expect(place.read(`credentials/${aside().find((name) => name.endsWith('-7')) ?? ''}`)).toBe(
      '{"n":6',
    )
    expect(place.json(ALLOW)).toEqual(list('1'))
  })

  it('moves a folder that stands in the place of a file aside', async () => {
    unlinkSync(place.path(ALLOW))
    mkdirSync(place.path(`${ALLOW}/inner`), { recursive: true })
    const sync = place.sync()
    await sync.open()
    expect(place.json(ALLOW)).toEqual(list('1'))
    expect(place.list(`credentials/${aside()[0] ?? ''}`)).toEqual(['inner'])
  })

  it('leaves nothing that it puts aside open to others', async () => {
    const sync = place.sync()
    await sync.open()
    unlinkSync(place.path(ALLOW))
    mkdirSync(place.path(`${ALLOW}/inner`), { recursive: true })
    chmodSync(place.path(ALLOW), 0o755)
    await sync.poll()
    await sync.flush()
    writeFileSync(place.path(ALLOW), '{', { mode: 0o644 })
    chmodSync(place.path(ALLOW), 0o644)
    await sync.poll()
    await sync.flush()
    // too large to be copied: it is moved
    writeFileSync(place.path(ALLOW), '')
    truncateSync(place.path(ALLOW), 80 * 1024 * 1024)
    chmodSync(place.path(ALLOW), 0o666)
    await sync.poll()
    await sync.flush()
    const modes = aside().map((name) => statSync(place.path(`credentials/${name}`)).mode & 0o777)
    expect(modes.map((mode) => mode.toString(8)).sort()).toEqual(['600', '600', '700'])
  })

  it('lets an editor finish that empties the file before it writes', async () => {
    const sync = place.sync()
    await sync.open()
    writeFileSync(place.path(ALLOW), '')
    setTimeout(() => writeFileSync(place.path(ALLOW), JSON.stringify(list('1', '2'))), 60)
    await sync.poll()
    await sync.flush()
    expect(place.keys(allowed)).toHaveLength(2)
    expect(aside()).toEqual([])
    expect(sync.findings()).toEqual([])
  })

  it('rebuilds a file that was removed and revokes nobody', async () => {
    const sync = place.sync()
    await sync.open()
    unlinkSync(place.path(ALLOW))
    await sync.poll()
    await sync.flush()
    expect(place.json(ALLOW)).toEqual(list('1'))
    expect(place.keys(allowed)).toHaveLength(1)
    expect(sync.findings()).toMatchObject([
      { code: 'ERR_DOCUMENT_MISSING', file: place.path(ALLOW) },
    ])
    expect((await place.actions()).at(-1)).toBe('outside.damage')
  })

  it('notices a second removal as well', async () => {
    const sync = place.sync()
    await sync.open()
    for (let turn = 0; turn < 2; turn += 1) {
      unlinkSync(place.path(ALLOW))
      await sync.poll()
      await sync.flush()
      expect(place.json(ALLOW)).toEqual(list('1'))
    }
    expect((await place.actions()).filter((action) => action === 'outside.damage')).toHaveLength(2)
  })

  it('rebuilds the whole folder, with keys that only others know', async () => {
    place.write(ALLOW, { ...list('1'), theirs: [1, 2] })
    const sync = place.sync()
    await sync.open()
    rmSync(place.path('credentials'), { recursive: true })
    await sync.poll()
    await sync.flush()
    expect(place.json(ALLOW)).toEqual({ ...list('1'), theirs: [1, 2] })
  })

  it('does not miss a file that had nothing to show', async () => {
    await place.revoke('telegram/default/1')
    const sync = place.sync()
    await sync.open()
    unlinkSync(place.path(ALLOW))
    await sync.poll()
    await sync.flush()
    expect(place.list()).toEqual([])
    expect(sync.findings()).toEqual([])
  })

  it('leaves a damaged file that was never ours where it is, until there is something to write', async () => {
    const sync = place.sync()
    await sync.open()
    place.write('credentials/signal-allowFrom.json', '{"version":1,')
    await sync.poll()
    await sync.flush()
    expect(place.read('credentials/signal-allowFrom.json')).toBe('{"version":1,')
    expect(sync.findings()).toMatchObject([{ code: 'ERR_DOCUMENT_DAMAGED' }])
    await place.allow('signal/default/5')
    await sync.flush()
    expect(place.json('credentials/signal-allowFrom.json')).toEqual(list('5'))
    expect(place.read(`credentials/${aside()[0] ?? ''}`)).toBe('{"version":1,')
  })

  it('does not overwrite what could not be kept aside', async () => {
    const files = {
      ...realFiles,
      rename: (from: string, to: string) => {
        if (to.includes('.damaged-')) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
        realFiles.rename(from, to)
      },
    }
    place.write(ALLOW, '{"version"')
    const sync = place.sync({ files })
    await sync.open()
    expect(place.read(ALLOW)).toBe('{"version"')
    expect(sync.stale()).toBe(true)
    expect(sync.findings()).toMatchObject([
      { code: 'ERR_DOCUMENT_UNWRITABLE', fix: 'free some space on this disk' },
    ])
  })
})
