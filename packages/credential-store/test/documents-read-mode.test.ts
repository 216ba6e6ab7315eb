import { readdirSync, rmSync } from 'node:fs'
import type { JsonObject } from '@openclaw/pairing-contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allowed } from './documents-family.ts'
import { type World, world } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const list = (...ids: string[]): JsonObject => ({ version: 1, allowFrom: ids })

describe('read mode', () => {
  let place: World
  beforeEach(async () => {
    place = world()
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
  })
  afterEach(() => place.remove())
  const lock = (): Promise<never> => Promise.reject(new Error('not to be taken'))
  const disk = (): readonly unknown[] => [
    readdirSync(place.root, { recursive: true }).sort(),
    place.read(ALLOW),
    place.read('pairing-journal/documents/credentials/telegram-allowFrom.json.base'),
  ]

  it('writes nothing where nothing happened', async () => {
    await place.allow('telegram/default/2')
    const before = disk()
    const sync = place.sync({ mode: 'read', lock })
    await sync.open()
    await sync.poll()
    await sync.flush()
    expect(disk()).toEqual(before)
    expect(sync.stale()).toBe(false)
    expect(sync.findings()).toEqual([])
  })

  it('understands a hand edit once, also when it is changed back, and writes nothing', async () => {
    const sync = place.sync({ mode: 'read', lock })
    await sync.open()
    const original = place.read(ALLOW)
    place.write(ALLOW, list('1', '2'))
    const before = disk()
    await sync.poll()
    await sync.poll()
    expect(place.keys(allowed)).toEqual(['telegram/default/1', 'telegram/default/2'])
    expect(disk()).toEqual(before)
    place.write(ALLOW, list('1', '2', '3'))
    await sync.poll()
    expect(place.keys(allowed)).toHaveLength(3)
    place.write(ALLOW, original)
    await sync.poll()
    expect(place.keys(allowed)).toEqual(['telegram/default/1'])
    expect((await place.actions()).filter((action) => action === 'outside.change')).toHaveLength(3)
  })

  it('goes by the copy of a store that writes as soon as that was there', async () => {
    const reader = place.sync({ mode: 'read', lock })
    await reader.open()
    place.write(ALLOW, list('1', '2'))
    await reader.poll()
    const writer = place.sync()
    await writer.open()
    await place.revoke('telegram/default/2')
    await writer.flush()
    const count = (await place.actions()).length
    await reader.poll()
    expect(await place.actions()).toHaveLength(count)
    place.write(ALLOW, list('1', '5'))
    await reader.poll()
    expect(place.keys(allowed)).toEqual(['telegram/default/1', 'telegram/default/5'])
  })

  it('reports a change that cannot be understood', async () => {
    const sync = place.sync({
      mode: 'read',
      lock,
      host: { ...place.host, reconcile: () => Promise.reject(new Error('no')) },
    })
    await sync.open()
    place.write(ALLOW, list('1', '2'))
    await sync.poll()
    expect(sync.findings()).toMatchObject([
      { code: 'ERR_DOCUMENT_CHANGED', file: place.path(ALLOW) },
    ])
  })

  it('reports damage and leaves it to those who write', async () => {
    place.write(ALLOW, '{"ver')
    const before = disk()
    const sync = place.sync({ mode: 'read', lock })
    await sync.open()
    expect(sync.findings()).toMatchObject([{ code: 'ERR_DOCUMENT_DAMAGED' }])
    expect(disk()).toEqual(before)
    expect(place.keys(allowed)).toHaveLength(1)
  })

  it('reports a missing file and leaves it to those who write', async () => {
    rmSync(place.path(ALLOW))
    const sync = place.sync({ mode: 'read', lock })
    await sync.open()
    expect(sync.findings()).toMatchObject([{ code: 'ERR_DOCUMENT_MISSING' }])
    expect(place.list()).toEqual([])
    expect(place.keys(allowed)).toHaveLength(1)
  })
})
