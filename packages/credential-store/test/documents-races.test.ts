import { renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import type { JsonObject } from '@openclaw/pairing-contracts'
import { fixedClock } from '@openclaw/pairing-testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DocumentSync } from '../src/documents/types.ts'
import { allowed } from './documents-family.ts'
import { faultyFiles, realFiles } from './documents-files.ts'
import { type World, world } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const _ASK = 'credentials/telegram-pairing.json'
const list = (...ids: string[]): JsonObject => ({ version: 1, allowFrom: ids })

describe('documents that change at the same time', () => {
  let place: World
  beforeEach(() => {
    place = world()
  })
  afterEach(() => place.remove())

  it('sees an edit of the same size within the same tick of the clock', async () => {
    let frozen: ReturnType<typeof realFiles.stat>
    const freeze = (stat: ReturnType<typeof realFiles.stat>): typeof stat =>
      stat && frozen && stat.ino === frozen.ino
        ? Object.assign(stat, { mtimeMs: frozen.mtimeMs, ctimeMs: frozen.ctimeMs })
        : stat
    const files: typeof realFiles = {
      ...realFiles,
      stat: (path) => freeze(realFiles.stat(path)),
      statOpen: (fd) => freeze(realFiles.statOpen(fd)) as ReturnType<typeof realFiles.statOpen>,
    }
    const sync = place.sync({ files })
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    frozen = realFiles.stat(place.path(ALLOW))
    for (let look = 0; look < 3; look += 1) await sync.poll()
    writeFileSync(place.path(ALLOW), place.read(ALLOW).replace('"1"', '"7"'))
    await sync.poll()
    expect(place.keys(allowed)).toEqual(['telegram/default/7'])
  })

  it('does not take a file for written that a commit overtook', async () => {
    let overtaken = false
    const files: typeof realFiles = {
      ...realFiles,
      syncDirectory: async (path) => {
        await realFiles.syncDirectory(path)
        if (overtaken || !path.includes('/documents/')) return
        overtaken = true
        await place.allow('telegram/default/2')
      },
    }
    const sync = place.sync({ files })
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    expect(overtaken).toBe(true)
    expect(sync.stale()).toBe(true)
    await sync.flush()
    expect(place.json(ALLOW)).toEqual(list('1', '2'))
  })

  describe('while a file is being written', () => {
    const slowly = async (during: (sync: DocumentSync) => Promise<void>): Promise<boolean> => {
      let finish: () => void = () => undefined
      let begun: () => void = () => undefined
      const writing = new Promise<void>((resolve) => {
        begun = resolve
      })
      const stuck = new Promise<void>((resolve) => {
        finish = resolve
      })
      const files: typeof realFiles = {
        ...realFiles,
        sync: async (fd) => {
          begun()
          await stuck
          await realFiles.sync(fd)
        },
      }
      const sync = place.sync({ files })
      await sync.open()
      await place.allow('telegram/default/1')
      let flushed = false
      const flush = sync.flush().then(() => {
        flushed = true
      })
      await writing
      const polled = sync.poll().then(() => flushed)
      await during(sync)
      const patient = await Promise.race([polled, sleep(200).then(() => true)])
      finish()
      await flush
      await polled
      await sync.poll()
      return patient
    }
    const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

    it('does not keep anybody waiting who only asks what others did', async () => {
      expect(await slowly(async () => undefined)).toBe(false)
      expect(place.json(ALLOW)).toEqual(list('1'))
    })

    it('makes whoever asks wait when another program touched it, and notices that', async () => {
      let polled: Promise<void> | undefined
      expect(
        await slowly(async (sync) => {
          place.write(ALLOW, list('7'))
          polled = sync.poll()
          expect(
            await Promise.race([polled.then(() => 'done'), sleep(50).then(() => 'waits')]),
          ).toBe('waits')
        }),
      ).toBe(false)
      await polled
      expect(place.keys(allowed)).toEqual(['telegram/default/1', 'telegram/default/7'])
    })
  })

  it('reads no file again once it has settled', async () => {
    const clock = fixedClock()
    const calm = world(clock)
    const counted = faultyFiles(realFiles, undefined)
    const reads = faultyFiles(counted.files, {
      at: Number.POSITIVE_INFINITY,
      errno: '',
      kind: 'once',
      only: ['open', 'read', 'list'],
    })
    const sync = calm.sync({ files: reads.files })
    await sync.open()
    await calm.allow('telegram/default/1')
    await sync.flush()
    await sync.poll()
    clock.advance(2_000)
    await sync.poll()
    const before = reads.calls()
    await sync.poll()
    await sync.poll()
    expect(reads.calls()).toBe(before)
    calm.write(ALLOW, list('1', '2'))
    await sync.poll()
    expect(calm.keys(allowed)).toHaveLength(2)
    calm.remove()
  })

  const edits: readonly (readonly [string, (path: string) => void])[] = [
    [
      'replaces it',
      (path) => {
        writeFileSync(`${path}.new`, '{"version":1,"allowFrom":["1","7"]}')
        renameSync(`${path}.new`, path)
      },
    ],
    ['writes into it', (path) => writeFileSync(path, '{"version":1,"allowFrom":["1","7"]}')],
    [
      'writes into it within the tick of the clock',
      (path) => {
        const { atime, mtime } = statSync(path)
        writeFileSync(path, place.read(ALLOW).replace('"1"', '"7"'))
        utimesSync(path, atime, mtime)
      },
    ],
  ]
  it.each(edits)('loses no edit by somebody who %s just before we do', async (_who, edit) => {
    let begun = false
    let frozen: ReturnType<typeof realFiles.stat>
    const files: typeof realFiles = {
      ...realFiles,
      // the clock of this file system stands still
      stat: (path) => {
        const stat = realFiles.stat(path)
        if (!stat || !path.endsWith('allowFrom.json') || !begun || stat.ino !== frozen?.ino)
          return stat
        return stat.size === frozen.size
          ? Object.assign(stat, { mtimeMs: frozen.mtimeMs, ctimeMs: frozen.ctimeMs })
          : stat
      },
      // the last thing before the move
      syncDirectory: async (path) => {
        await realFiles.syncDirectory(path)
        if (
          !path.includes('documents/') ||
          begun ||
          !place.keys(allowed).includes('telegram/default/2')
        )
          return
        frozen = realFiles.stat(place.path(ALLOW))
        begun = true
        edit(place.path(ALLOW))
      },
    }
    const sync = place.sync({ files })
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    await place.allow('telegram/default/2')
    await sync.flush()
    expect(begun).toBe(true)
    expect(place.keys(allowed)).toContain('telegram/default/7')
    expect(place.keys(allowed)).toContain('telegram/default/2')
    expect((place.json(ALLOW) as { allowFrom: string[] }).allowFrom).toContain('7')
  })

  it('does not write over a file that another program makes just before we do', async () => {
    let made = false
    const files: typeof realFiles = {
      ...realFiles,
      syncDirectory: async (path) => {
        await realFiles.syncDirectory(path)
        if (made || !path.includes('/documents/')) return
        made = true
        place.write(ALLOW, list('7'))
      },
    }
    const sync = place.sync({ files })
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    expect(made).toBe(true)
    expect(place.keys(allowed)).toEqual(['telegram/default/1', 'telegram/default/7'])
    expect(place.json(ALLOW)).toEqual(list('7', '1'))
  })

  it('looks once for all who ask at the same time', async () => {
    const counted = faultyFiles(realFiles, undefined)
    const sync = place.sync({ files: counted.files })
    await sync.open()
    const before = counted.calls()
    await sync.poll()
    const one = counted.calls() - before
    await Promise.all(Array.from({ length: 50 }, sync.poll))
    expect(counted.calls() - before).toBeLessThanOrEqual(4 * one)
  })
})
