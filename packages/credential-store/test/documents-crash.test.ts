import { describe, expect, it } from 'vitest'
import { allowed } from './documents-family.ts'
import { faultyFiles } from './documents-files.ts'
import {
  ALLOW,
  act,
  allowedIds,
  callsOf,
  changing,
  goOn,
  ids,
  later,
  onDisk,
  quick,
  type Story,
  settled,
  stories,
} from './documents-stories.ts'
import { world } from './documents-world.ts'

describe('a hand edit just before our move', () => {
  it('survives the death of the process at any call after it', async () => {
    const story = stories['a rewrite'] as Story
    const calls = await callsOf(story, changing)
    let edited = 0
    for (let at = 1; at <= calls + 10; at += 1) {
      const { place } = onDisk()
      await settled(place, '1', '9')
      let wasEdited = false
      const syncDirectory = async (path: string): Promise<void> => {
        await place.files.syncDirectory(path)
        const isNow = path.includes('/documents/') && place.keys(allowed).length === 3
        if (wasEdited || !isNow) return
        place.write(ALLOW, '{"version":1,"allowFrom":["1","3"]}')
        wasEdited = true
      }
      const fault = { at, errno: 'EIO', kind: 'dead' as const, only: changing }
      const { files } = faultyFiles({ ...place.files, syncDirectory }, fault)
      await act(place, story, { files }).catch(() => undefined)
      await goOn(place, story)
      const end = wasEdited ? ['1', '2', '3'] : ['1', '2', '9']
      expect(allowedIds(place)).toEqual(end)
      expect(ids(place)).toEqual(end)
      if (wasEdited) edited += 1
    }
    expect(edited).toBeGreaterThan(10)
  })
})

describe('what a dead process left', () => {
  it('goes after a minute, but not while it tells whether a file was replaced', async () => {
    const { place } = onDisk()
    await settled(place, '1')
    const temp = 'credentials/.telegram-allowFrom.json.1-0123456789abcdef.pairing-tmp'
    const next = 'pairing-journal/documents/credentials/telegram-allowFrom.json.next'
    place.write(temp, 'x')
    await place.sync(quick).open()
    expect(place.list()).toHaveLength(2)
    place.write(next, 'y')
    const busy = new Error('busy')
    await place.sync({ ...later, lock: () => Promise.reject(busy) }).open()
    expect(place.list()).toHaveLength(2)
    await place.sync(later).open()
    expect(place.list()).toEqual(['telegram-allowFrom.json'])
    expect(place.list('pairing-journal/documents/credentials')).toHaveLength(1)
  })

  it('is undone even where a folder stands in the place of the file', async () => {
    const place = world()
    await settled(place, '1')
    place.write('pairing-journal/documents/credentials/telegram-allowFrom.json.next', 'torn')
    place.files.remove(place.path(ALLOW))
    place.files.makeDirectory(place.path(ALLOW))
    await place.sync(quick).open()
    expect(ids(place)).toEqual(['1'])
    place.remove()
  })
})

describe('a change that was taken over before the process died', () => {
  it('is not taken over a second time, so what the owner decided since then stands', async () => {
    const story = stories['a hand edit beside a change of ours'] as Story
    const calls = await callsOf(story, changing)
    let decided = 0
    for (let at = 1; at <= calls; at += 1) {
      const { place } = onDisk()
      await story.begin(place)
      const { files } = faultyFiles(place.files, { at, errno: 'EIO', kind: 'dead', only: changing })
      await act(place, story, { files }).catch(() => undefined)
      if (allowedIds(place).includes('9')) continue
      decided += 1
      await place.allow('telegram/default/9')
      const next = place.sync(later)
      await next.open()
      await next.flush()
      expect(allowedIds(place)).toEqual(['1', '2', '3', '9'])
      expect(ids(place)).toEqual(['1', '2', '3', '9'])
    }
    expect(decided).toBeGreaterThan(3)
  })
})
