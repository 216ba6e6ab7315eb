import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import type { JsonObject } from '@openclaw/pairing-contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allowed, requests } from './documents-family.ts'
import { realFiles } from './documents-files.ts'
import { placeFixture } from './documents-fixtures.ts'
import { type World, world } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const list = (...ids: string[]): JsonObject => ({ version: 1, allowFrom: ids })

describe('taking over a directory without a journal', () => {
  let place: World
  beforeEach(() => {
    place = world()
  })
  afterEach(() => place.remove())

  const bring = (stage: string): ReadonlyMap<string, string> => {
    placeFixture(stage, place.root)
    return contents()
  }
  const contents = (): ReadonlyMap<string, string> =>
    new Map(place.list().map((name) => [name, place.read(`credentials/${name}`)]))

  it.each([
    ['0-after-list-on-nothing', [], []],
    ['1-three-pending', [], ['1000001', '1000002', '1000003']],
    ['2-one-approved', ['telegram/default/1000001'], ['1000002', '1000003']],
    [
      '3-account-approved',
      ['telegram/default/1000001', 'telegram/work/1000001'],
      ['1000002', '1000003'],
    ],
  ])('takes %s as it is, in one transaction, and can go back', async (stage, allow, ask) => {
    const before = bring(stage)
    const sync = place.sync()
    await sync.open()
    expect(place.keys(allowed)).toEqual(allow)
    expect(place.keys(requests)).toEqual(ask.map((id) => `telegram/default/${id}`))
    expect(await place.actions()).toEqual(allow.length + ask.length > 0 ? ['store.take-over'] : [])
    expect(contents()).toEqual(before)
    await sync.poll()
    await sync.flush()
    expect(contents()).toEqual(before)
    const again = place.sync()
    await again.open()
    expect(contents()).toEqual(before)
    expect(await place.actions()).toHaveLength(allow.length + ask.length > 0 ? 1 : 0)
    expect(again.findings()).toEqual([])
  })

  it('says in the journal which files it took', async () => {
    bring('3-account-approved')
    await place.sync().open()
    expect((await place.entries())[0]?.detail).toMatchObject({
      outside: true,
      documents: [
        ALLOW,
        'credentials/telegram-work-allowFrom.json',
        'credentials/nochannel-pairing.json',
        'credentials/telegram-pairing.json',
      ],
    })
  })

  it('keeps unknown keys through every later write', async () => {
    place.write('credentials/telegram-pairing.json', {
      version: 1,
      extra: { deep: [1] },
      requests: [
        { id: '5', code: 'ABCD2345', createdAt: '2026-11-22T18:15:42.588Z', theirs: true },
      ],
    })
    const sync = place.sync()
    await sync.open()
    await place.change((tx) => tx.put(requests, 'telegram/default/6', { code: 'WXYZ2345' }))
    await sync.flush()
    expect(place.json('credentials/telegram-pairing.json')).toMatchObject({
      extra: { deep: [1] },
      requests: [
        { id: '5', theirs: true },
        { id: '6', code: 'WXYZ2345' },
      ],
    })
  })

  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['cut off', (file) => writeFileSync(file, '{"version":1,"allowF')],
    ['empty', (file) => writeFileSync(file, '')],
    ['null', (file) => writeFileSync(file, 'null')],
    ['of the wrong shape', (file) => writeFileSync(file, '{"version":1,"allowFrom":{}}')],
    ['a link', (file) => symlinkSync('/etc/hostname', file)],
  ]
  it.each(damages)(
    'stops at a file that is %s, names it and writes nothing',
    async (_what, damage) => {
      bring('1-three-pending')
      damage(place.path('credentials/telegram-work-allowFrom.json'))
      const before = readdirSync(place.root, { recursive: true }).sort()
      const sync = place.sync()
      await expect(sync.open()).rejects.toMatchObject({
        code: 'ERR_STORE_TAKE_OVER_STOPPED',
        message: expect.stringContaining(place.path('credentials/telegram-work-allowFrom.json')),
        hint: expect.stringContaining('openclaw doctor'),
        findings: [{ file: place.path('credentials/telegram-work-allowFrom.json') }],
      })
      expect(await place.actions()).toEqual([])
      expect(readdirSync(place.root, { recursive: true }).sort()).toEqual(before)
    },
  )

  it('names every damaged file', async () => {
    place.write(ALLOW, '{')
    place.write('credentials/signal-pairing.json', '[]')
    await expect(place.sync().open()).rejects.toMatchObject({
      code: 'ERR_STORE_TAKE_OVER_STOPPED',
      findings: [
        { file: place.path(ALLOW) },
        { file: place.path('credentials/signal-pairing.json') },
      ],
    })
  })

  it('stops at a folder that cannot be listed', async () => {
    bring('2-one-approved')
    const files = {
      ...realFiles,
      list: (path: string) => {
        if (path.endsWith('/credentials')) throw Object.assign(new Error('no'), { code: 'EACCES' })
        return realFiles.list(path)
      },
    }
    await expect(place.sync({ files }).open()).rejects.toMatchObject({
      code: 'ERR_STORE_TAKE_OVER_STOPPED',
    })
  })

  it('takes over once it was mended', async () => {
    bring('2-one-approved')
    const good = place.read(ALLOW)
    place.write(ALLOW, good.slice(0, 20))
    await expect(place.sync().open()).rejects.toMatchObject({ code: 'ERR_STORE_TAKE_OVER_STOPPED' })
    place.write(ALLOW, good)
    await place.sync().open()
    expect(place.keys(allowed)).toEqual(['telegram/default/1000001'])
  })

  it('takes over files that come later as well', async () => {
    const sync = place.sync()
    await sync.open()
    bring('2-one-approved')
    await sync.poll()
    expect(place.keys(allowed)).toEqual(['telegram/default/1000001'])
  })

  it('reads a linked state directory', async () => {
    const real = world()
    placeFixture('2-one-approved', real.root)
    rmSync(place.root, { recursive: true })
    symlinkSync(real.root, place.root)
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/2')
    await sync.flush()
    expect(JSON.parse(readFileSync(real.path(ALLOW), 'utf8'))).toEqual(list('1000001', '2'))
    expect(statSync(real.path('pairing-journal')).mode & 0o777).toBe(0o700)
    real.remove()
  })

  it('understands it in read mode too, for an empty answer would be a lie, and writes nothing', async () => {
    bring('2-one-approved')
    const before = readdirSync(place.root, { recursive: true }).sort()
    const sync = place.sync({
      mode: 'read',
      lock: () => Promise.reject(new Error('not to be taken')),
    })
    await sync.open()
    await sync.poll()
    expect(place.keys(allowed)).toEqual(['telegram/default/1000001'])
    expect(readdirSync(place.root, { recursive: true }).sort()).toEqual(before)
    expect(sync.findings()).toEqual([])
    expect(await place.actions()).toEqual(['store.take-over'])
  })

  it('stops in read mode as well', async () => {
    bring('2-one-approved')
    place.write(ALLOW, '{')
    await expect(place.sync({ mode: 'read' }).open()).rejects.toMatchObject({
      code: 'ERR_STORE_TAKE_OVER_STOPPED',
    })
  })
})
