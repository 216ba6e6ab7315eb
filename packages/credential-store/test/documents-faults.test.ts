import { seededRandom } from '@openclaw/pairing-testing'
import { describe, expect, it } from 'vitest'
import { faultyFiles } from './documents-files.ts'
import {
  ALLOW,
  act,
  allowedIds,
  callsOf,
  changing,
  goOn,
  ids,
  onDisk,
  play,
  type Story,
  settled,
  stories,
} from './documents-stories.ts'
import { world } from './documents-world.ts'

/** Ways in which each power cut is played; more by OPENCLAW_TEST_POWER_CUTS. */
const VARIANTS = Number(process.env['OPENCLAW_TEST_POWER_CUTS'] ?? 3)

describe.each(Object.entries(stories))('%s', (_name, story) => {
  it('survives any single call that fails', async () => {
    const calls = await callsOf(story, undefined)
    expect(calls).toBeGreaterThan(20)
    for (let at = 1; at <= calls; at += 1) {
      await play(onDisk().place, story, { at, errno: 'EIO', kind: 'once' })
    }
  })

  it('survives a disk that is full from any call on', async () => {
    const calls = await callsOf(story, changing)
    for (let at = 1; at <= calls; at += 1) {
      await play(onDisk().place, story, { at, errno: 'ENOSPC', kind: 'on', only: changing })
    }
  })

  it('survives the death of the process before any call, half a write included', async () => {
    const calls = await callsOf(story, changing)
    expect(calls).toBeGreaterThan(5)
    for (let at = 1; at <= calls; at += 1) {
      await play(onDisk().place, story, { at, errno: 'EIO', kind: 'dead', only: changing })
    }
  })

  it('survives a power cut at any call, whatever of the unsynced survives', async () => {
    const calls = await callsOf(story, changing)
    for (let at = 1; at <= calls + 1; at += 1) {
      for (let variant = 0; variant < VARIANTS; variant += 1) await cutAt(story, at, variant)
    }
  })
})

async function cutAt(story: Story, at: number, variant: number): Promise<void> {
  const { place, disk } = onDisk()
  await story.begin(place)
  const begun = allowedIds(place).join(',')
  const { files } = faultyFiles(disk.files, { at, errno: 'EIO', kind: 'dead', only: changing })
  await act(place, story, { files }).catch(() => undefined)
  const reached = allowedIds(place).join(',')
  const random = seededRandom(at * VARIANTS + variant)
  disk.cut((steps) => {
    if (variant < 2) return variant * steps
    return (random(1)[0] ?? 0) % (steps + 1)
  })
  await goOn(place, story)
  // what another program wrote and nobody took over yet may be gone with the power; what the journal has may not
  if (reached !== begun || story.allow !== undefined) expect(allowedIds(place)).toEqual(story.end)
  else expect([begun, story.end.join(',')]).toContain(allowedIds(place).join(','))
  expect(ids(place)).toEqual(allowedIds(place))
}

describe('on a real disk', () => {
  it('a rewrite survives the death of the process before any call', async () => {
    const story = stories['a rewrite'] as Story
    const calls = await callsOf(story, changing)
    for (let at = 1; at <= calls; at += 1) {
      const place = world()
      await play(place, story, { at, errno: 'EIO', kind: 'dead', only: changing })
      place.remove()
    }
  })
})

describe('the test disk', () => {
  it('really forgets what was not synced, and keeps what was', async () => {
    const { place, disk } = onDisk()
    await settled(place, '1')
    place.write('unsynced', 'x')
    const text = place.read(ALLOW)
    place.write(ALLOW, 'y')
    disk.cut(() => 0)
    expect(place.read(ALLOW)).toBe(text)
    expect(place.list('')).toEqual(['credentials', 'pairing-journal'])
  })
})
