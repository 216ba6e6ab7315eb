import { writeFileSync } from 'node:fs'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import type { DocumentPorts } from '../src/documents/types.ts'
import type { StoreFiles } from '../src/journal/files.ts'
import { allowed } from './documents-family.ts'
import { type Fault, faultyFiles, realFiles } from './documents-files.ts'
import { type World, world } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const quick = { sleep: async (): Promise<void> => undefined }
/** Old enough for what a dead process left. */
const later: Partial<DocumentPorts> = {
  ...quick,
  clock: { now: () => (Date.now() + 61_000) as EpochMs },
}

const changing: readonly (keyof StoreFiles)[] = [
  'open',
  'write',
  'sync',
  'syncDirectory',
  'makeDirectory',
  'rename',
  'remove',
  'chmod',
]

const ids = (place: World): readonly string[] =>
  (place.json(ALLOW) as { allowFrom: string[] }).allowFrom.toSorted()
const allowedIds = (place: World): readonly string[] =>
  place.keys(allowed).map((key) => key.slice(key.lastIndexOf('/') + 1))

interface Story {
  /** What the file may say after the fault, each as a sorted list. */
  readonly states: readonly string[]
  readonly end: readonly string[]
  readonly begin: (place: World) => Promise<void>
  /** Everything that may be hit by the fault. */
  readonly act: (place: World, ports: Partial<DocumentPorts>) => Promise<void>
}

async function settled(place: World, ...keys: readonly string[]): Promise<void> {
  const sync = place.sync(quick)
  await sync.open()
  for (const key of keys) await place.allow(`telegram/default/${key}`)
  await sync.flush()
}

const stories: Readonly<Record<string, Story>> = {
  'the first write of a document': {
    states: ['absent', '1'],
    end: ['1'],
    begin: async () => undefined,
    act: async (place, ports) => {
      const sync = place.sync(ports)
      await sync.open()
      await place.allow('telegram/default/1')
      await sync.flush()
    },
  },
  'a rewrite': {
    states: ['1', '1,2'],
    end: ['1', '2'],
    begin: (place) => settled(place, '1'),
    act: async (place, ports) => {
      const sync = place.sync(ports)
      await sync.open()
      await place.allow('telegram/default/2')
      await sync.flush()
    },
  },
  'a hand edit beside a change of ours': {
    states: ['1,3', '1,2,3'],
    end: ['1', '2', '3'],
    begin: async (place) => {
      await settled(place, '1', '9')
      await place.allow('telegram/default/2')
      writeFileSync(place.path(ALLOW), '{"version":1,"allowFrom":["1","3"]}')
    },
    act: async (place, ports) => {
      const sync = place.sync(ports)
      await sync.open()
      await sync.flush()
    },
  },
  'the take-over': {
    states: ['1,2'],
    end: ['1', '2'],
    begin: async (place) => place.write(ALLOW, { version: 1, allowFrom: ['1', '2'] }),
    act: async (place, ports) => {
      const sync = place.sync(ports)
      await sync.open()
      await sync.flush()
    },
  },
  'the rebuilding of a damaged document': {
    states: ['damaged', '1,2'],
    end: ['1', '2'],
    begin: async (place) => {
      await settled(place, '1', '2')
      place.write(ALLOW, '{"damaged')
    },
    act: async (place, ports) => {
      const sync = place.sync(ports)
      await sync.open()
      await sync.flush()
    },
  },
  'the rebuilding of a missing document': {
    states: ['absent', '1,2'],
    end: ['1', '2'],
    begin: async (place) => {
      await settled(place, '1', '2')
      realFiles.remove(place.path(ALLOW))
    },
    act: async (place, ports) => {
      const sync = place.sync(ports)
      await sync.open()
      await sync.flush()
    },
  },
}

/** Calls that a story makes when nothing goes wrong. */
async function callsOf(story: Story, only: Fault['only']): Promise<number> {
  const place = world()
  await story.begin(place)
  const counted = faultyFiles(realFiles, {
    at: Number.POSITIVE_INFINITY,
    errno: '',
    kind: 'once',
    ...(only && { only }),
  })
  await story.act(place, { files: counted.files, ...quick })
  place.remove()
  return counted.calls()
}

const stateOf = (place: World): string => {
  if (!place.list().includes('telegram-allowFrom.json')) return 'absent'
  return place.read(ALLOW) === '{"damaged' ? 'damaged' : ids(place).join(',')
}

/** Runs a story with a fault and then as the next process would; answers what the owner was told in the meantime. */
async function play(story: Story, fault: Fault): Promise<void> {
  const place = world()
  try {
    await story.begin(place)
    const faulty = faultyFiles(realFiles, fault)
    await story.act(place, { files: faulty.files, ...quick }).catch(() => undefined)
    expect(story.states).toContain(stateOf(place))
    const next = place.sync(later)
    await next.open()
    await next.poll()
    await next.flush()
    const missing = story.end.filter((id) => !allowedIds(place).includes(id))
    // a fault in the first half of the story may have kept the owner's own command from being given
    for (const id of missing) await place.allow(`telegram/default/${id}`)
    await next.flush()
    expect(allowedIds(place)).toEqual(story.end)
    expect(ids(place)).toEqual(story.end)
    expect(next.stale()).toBe(false)
    expect(place.list().filter((name) => !name.includes('.damaged-'))).toEqual([
      'telegram-allowFrom.json',
    ])
    expect(place.list('pairing-journal/documents/credentials')).toEqual([
      'telegram-allowFrom.json.base',
    ])
    if (story.states.includes('damaged')) {
      const kept = place.list().filter((name) => name.includes('.damaged-'))
      expect(kept).toHaveLength(1)
      expect(place.read(`credentials/${kept[0] ?? ''}`)).toBe('{"damaged')
    }
  } finally {
    place.remove()
  }
}

describe.each(Object.entries(stories))('%s', (_name, story) => {
  it('survives any single call that fails', async () => {
    const calls = await callsOf(story, undefined)
    expect(calls).toBeGreaterThan(20)
    for (let at = 1; at <= calls; at += 1) await play(story, { at, errno: 'EIO', kind: 'once' })
  })

  it('survives a disk that is full from any call on', async () => {
    const calls = await callsOf(story, changing)
    for (let at = 1; at <= calls; at += 1)
      await play(story, { at, errno: 'ENOSPC', kind: 'on', only: changing })
  })

  it('survives the death of the process before any call, half a write included', async () => {
    const calls = await callsOf(story, changing)
    expect(calls).toBeGreaterThan(5)
    for (let at = 1; at <= calls; at += 1)
      await play(story, { at, errno: 'EIO', kind: 'dead', only: changing })
  })
})

describe('a change that was taken over before the process died', () => {
  it('is not taken over a second time, so what the owner decided since then stands', async () => {
    const story = stories['a hand edit beside a change of ours'] as Story
    const calls = await callsOf(story, changing)
    let decided = 0
    for (let at = 1; at <= calls; at += 1) {
      const place = world()
      await story.begin(place)
      const faulty = faultyFiles(realFiles, { at, errno: 'EIO', kind: 'dead', only: changing })
      await story.act(place, { files: faulty.files, ...quick }).catch(() => undefined)
      const wasTaken = !allowedIds(place).includes('9')
      if (wasTaken) {
        decided += 1
        await place.allow('telegram/default/9')
        const next = place.sync(later)
        await next.open()
        await next.flush()
        expect(allowedIds(place)).toEqual(['1', '2', '3', '9'])
        expect(ids(place)).toEqual(['1', '2', '3', '9'])
      }
      place.remove()
    }
    expect(decided).toBeGreaterThan(3)
  })
})
