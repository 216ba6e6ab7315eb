import {
  chmodSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import type { JsonObject } from '@openclaw/pairing-contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allowed } from './documents-family.ts'
import { faultyFiles, realFiles } from './documents-files.ts'
import { type World, world } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const list = (...ids: string[]): JsonObject => ({ version: 1, allowFrom: ids })

describe('documents that may not be read or written', () => {
  let place: World
  beforeEach(async () => {
    place = world()
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
  })
  afterEach(() => place.remove())

  it.each(['EACCES', 'EIO', 'EMFILE'])(
    'neither reads as empty nor overwrites what answers %s',
    async (errno) => {
      const before = place.read(ALLOW)
      const files = {
        ...realFiles,
        open: (path: string, mode: 'read' | 'append' | 'new') => {
          if (path.endsWith('allowFrom.json'))
            throw Object.assign(new Error(errno), { code: errno })
          return realFiles.open(path, mode)
        },
      }
      const sync = place.sync({ files })
      await sync.open()
      await place.allow('telegram/default/2')
      await sync.poll()
      await sync.flush()
      expect(place.read(ALLOW)).toBe(before)
      expect(sync.stale()).toBe(true)
      const [finding] = sync.findings()
      expect(finding).toMatchObject({ code: 'ERR_DOCUMENT_UNREADABLE', file: place.path(ALLOW) })
      if (errno === 'EACCES') expect(finding?.fix).toContain(`chmod 600 ${place.path(ALLOW)}`)
      const second = place.sync()
      await second.open()
      expect(place.json(ALLOW)).toEqual(list('1', '2'))
    },
  )

  it('neither follows nor replaces a link, and says so', async () => {
    const before = place.read(ALLOW)
    writeFileSync(place.path('elsewhere.json'), before)
    unlinkSync(place.path(ALLOW))
    symlinkSync(place.path('elsewhere.json'), place.path(ALLOW))
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/2')
    await sync.flush()
    expect(place.read('elsewhere.json')).toBe(before)
    expect(statSync(place.path(ALLOW)).ino).toBe(statSync(place.path('elsewhere.json')).ino)
    expect(sync.findings()).toMatchObject([{ code: 'ERR_DOCUMENT_LINK', file: place.path(ALLOW) }])
  })

  it('goes on once the link is gone', async () => {
    const text = place.read(ALLOW)
    unlinkSync(place.path(ALLOW))
    symlinkSync('/dev/null', place.path(ALLOW))
    const sync = place.sync()
    await sync.open()
    unlinkSync(place.path(ALLOW))
    writeFileSync(place.path(ALLOW), text.replace('"1"', '"1", "2"'), { mode: 0o600 })
    await sync.poll()
    expect(place.keys(allowed)).toHaveLength(2)
    expect(sync.findings()).toEqual([])
  })

  it.each(['credentials', 'pairing-journal/documents/credentials', 'pairing-journal/documents'])(
    'refuses a linked folder %s',
    async (folder) => {
      const before = place.read(ALLOW)
      renameSync(place.path(folder), place.path('moved'))
      symlinkSync(place.path('moved'), place.path(folder))
      const sync = place.sync()
      await sync.open()
      await place.allow('telegram/default/2')
      await sync.flush()
      expect(place.read(ALLOW)).toBe(before)
      expect(sync.findings()).toMatchObject([
        { code: 'ERR_DOCUMENT_LINK', file: place.path(folder) },
      ])
    },
  )

  it('says so when a folder is none', async () => {
    rmSync(place.path('credentials'), { recursive: true })
    writeFileSync(place.path('credentials'), 'x')
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/2')
    await sync.flush()
    expect(sync.findings()).toMatchObject([{ code: 'ERR_DOCUMENT_FOLDER' }])
    expect(place.read('credentials')).toBe('x')
  })

  it('tightens what is too open', async () => {
    chmodSync(place.path('credentials'), 0o755)
    chmodSync(place.path(ALLOW), 0o644)
    const sync = place.sync()
    await sync.open()
    expect(statSync(place.path('credentials')).mode & 0o777).toBe(0o700)
    expect(statSync(place.path(ALLOW)).mode & 0o777).toBe(0o600)
  })

  it('refuses the file of another owner', async () => {
    const text = JSON.stringify(list('1', '666'))
    writeFileSync(place.path(ALLOW), text)
    const files = {
      ...realFiles,
      stat: (path: string) => {
        const stat = realFiles.stat(path)
        return stat && path.endsWith('allowFrom.json') ? Object.assign(stat, { uid: 4242 }) : stat
      },
    }
    const sync = place.sync({ files, process: { pid: 1, uid: 0, isAlive: () => true } })
    await sync.open()
    await sync.flush()
    expect(place.keys(allowed)).toHaveLength(1)
    expect(place.read(ALLOW)).toBe(text)
    const uid = String(statSync(place.root).uid)
    expect(sync.findings()).toMatchObject([
      { code: 'ERR_DOCUMENT_OWNER', fix: `sudo chown ${uid} ${place.path(ALLOW)}` },
    ])
  })

  it('gives what root makes to the owner of the directory', async () => {
    const given: string[] = []
    const files = {
      ...realFiles,
      statTarget: (path: string) => {
        const stat = realFiles.statTarget(path)
        return stat && Object.assign(stat, { uid: 1234, gid: 1235 })
      },
      stat: (path: string) => {
        const stat = realFiles.stat(path)
        return stat && Object.assign(stat, { uid: 1234 })
      },
      chown: (path: string, uid: number, gid: number) => {
        given.push(`${path.slice(place.root.length + 1)} ${String(uid)}:${String(gid)}`)
      },
    }
    const sync = place.sync({ files, process: { pid: 7, uid: 0, isAlive: () => true } })
    await sync.open()
    await place.allow('signal/default/5')
    await sync.flush()
    expect(
      given.some((line) => /^credentials\/\.signal-allowFrom.*pairing-tmp 1234:1235$/.test(line)),
    ).toBe(true)
    expect(given).toContain(
      'pairing-journal/documents/credentials/signal-allowFrom.json.next 1234:1235',
    )
    expect(given).toContain('credentials/signal-allowFrom.json.lock 1234:1235')
  })

  it.each(['EBUSY', 'EXDEV'])(
    'tries a rename that answers %s again, for a while',
    async (errno) => {
      let refusals = 3
      const files = {
        ...realFiles,
        rename: (from: string, to: string) => {
          if (to.endsWith('allowFrom.json') && refusals > 0) {
            refusals -= 1
            throw Object.assign(new Error(errno), { code: errno })
          }
          realFiles.rename(from, to)
        },
      }
      const sync = place.sync({ files })
      await sync.open()
      await place.allow('telegram/default/2')
      await sync.flush()
      expect(place.json(ALLOW)).toEqual(list('1', '2'))
      expect(sync.findings()).toEqual([])
    },
  )

  it('reports a rename that stays refused, and never writes into the file', async () => {
    const before = statSync(place.path(ALLOW))
    const files = {
      ...realFiles,
      rename: (from: string, to: string) => {
        if (to.endsWith('allowFrom.json')) throw Object.assign(new Error('busy'), { code: 'EBUSY' })
        realFiles.rename(from, to)
      },
    }
    const sync = place.sync({ files })
    await sync.open()
    await place.allow('telegram/default/2')
    await sync.flush()
    expect(sync.findings()).toMatchObject([
      { code: 'ERR_DOCUMENT_RENAME', file: place.path(ALLOW) },
    ])
    expect(statSync(place.path(ALLOW))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs })
    expect(place.list()).toEqual(['telegram-allowFrom.json'])
    const later = place.sync()
    await later.open()
    expect(place.json(ALLOW)).toEqual(list('1', '2'))
  })

  it.each(['write', 'sync'] as const)('leaves nothing behind when a %s fails', async (call) => {
    const { files } = faultyFiles(realFiles, { at: 2, errno: 'ENOSPC', kind: 'once', only: [call] })
    const before = place.read(ALLOW)
    const sync = place.sync({ files })
    await sync.open()
    await place.allow('telegram/default/2')
    await sync.flush()
    expect(sync.findings()).toMatchObject([{ code: 'ERR_DOCUMENT_UNWRITABLE' }])
    expect(place.read(ALLOW)).toBe(before)
    expect(place.list()).toEqual(['telegram-allowFrom.json'])
  })

  it('waits before it tries again what failed for a reason that lasts', async () => {
    const counted = faultyFiles(realFiles, { at: 1, errno: 'EROFS', kind: 'on', only: ['write'] })
    const sync = place.sync({ files: counted.files })
    await sync.open()
    await place.allow('telegram/default/2')
    for (let turn = 0; turn < 5; turn += 1) await sync.flush()
    expect(counted.calls()).toBe(1)
    expect(sync.findings()).toMatchObject([
      { code: 'ERR_DOCUMENT_UNWRITABLE', fix: 'mount the disk for writing' },
    ])
  })
})
