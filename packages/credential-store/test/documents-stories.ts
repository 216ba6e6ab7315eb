import type { EpochMs } from '@openclaw/pairing-contracts'
import { expect } from 'vitest'
import type { DocumentPorts } from '../src/documents/types.ts'
import type { StoreFiles } from '../src/journal/files.ts'
import { type TestDisk, testDisk } from './documents-disk.ts'
import { allowed } from './documents-family.ts'
import { type Fault, faultyFiles } from './documents-files.ts'
import { realClock, type World, world } from './documents-world.ts'

export const ALLOW = 'credentials/telegram-allowFrom.json'
export const quick = { sleep: async (): Promise<void> => undefined }
/** Old enough for what a dead process left. */
export const later = { ...quick, clock: { now: () => (Date.now() + 61_000) as EpochMs } }
export const changing: readonly (keyof StoreFiles)[] = [
  'open',
  'write',
  'sync',
  'syncDirectory',
  'makeDirectory',
  'rename',
  'remove',
  'chmod',
]

export const ids = (place: World): readonly string[] =>
  (place.json(ALLOW) as { allowFrom: string[] }).allowFrom.toSorted()
export const allowedIds = (place: World): readonly string[] =>
  place.keys(allowed).map((key) => key.slice(key.lastIndexOf('/') + 1))

export interface Story {
  /** What the file may say after the fault. */
  readonly states: readonly string[]
  /** What it says in the end. */
  readonly end: readonly string[]
  readonly begin: (place: World) => Promise<void>
  /** What the owner does while things go wrong. */
  readonly allow?: string
}

export async function settled(place: World, ...keys: readonly string[]): Promise<void> {
  const sync = place.sync(quick)
  await sync.open()
  for (const key of keys) await place.allow(`telegram/default/${key}`)
  await sync.flush()
}

export const stories: Readonly<Record<string, Story>> = {
  'the first write of a document': {
    states: ['absent', '1'],
    end: ['1'],
    begin: async () => undefined,
    allow: '1',
  },
  'a rewrite': {
    states: ['1', '1,2'],
    end: ['1', '2'],
    begin: (place) => settled(place, '1'),
    allow: '2',
  },
  'a hand edit beside a change of ours': {
    states: ['1,3', '1,2,3'],
    end: ['1', '2', '3'],
    begin: async (place) => {
      await settled(place, '1', '9')
      await place.allow('telegram/default/2')
      place.write(ALLOW, '{"version":1,"allowFrom":["1","3"]}')
    },
  },
  'the take-over': {
    states: ['1,2'],
    end: ['1', '2'],
    begin: async (place) => {
      place.write(ALLOW, { version: 1, allowFrom: ['1', '2'] })
      const fd = place.files.open(place.path(ALLOW), 'read')
      await place.files.sync(fd)
      place.files.close(fd)
      await place.files.syncDirectory(place.path('credentials'))
      await place.files.syncDirectory(place.root)
    },
  },
  'the rebuilding of a damaged document': {
    states: ['damaged', '1,2'],
    end: ['1', '2'],
    begin: async (place) => {
      await settled(place, '1', '2')
      place.write(ALLOW, '{"damaged')
    },
  },
  'the rebuilding of a missing document': {
    states: ['absent', '1,2'],
    end: ['1', '2'],
    begin: async (place) => {
      await settled(place, '1', '2')
      place.files.remove(place.path(ALLOW))
    },
  },
}

/** The part that is hit by the fault. */
export async function act(
  place: World,
  story: Story,
  ports: Partial<DocumentPorts>,
): Promise<void> {
  const sync = place.sync({ ...quick, ...ports })
  await sync.open()
  if (story.allow !== undefined) await place.allow(`telegram/default/${story.allow}`)
  await sync.flush()
}

/** Calls that a story makes when nothing goes wrong. */
export async function callsOf(story: Story, only: Fault['only']): Promise<number> {
  const { place } = onDisk()
  await story.begin(place)
  const never = { at: Number.POSITIVE_INFINITY, errno: '', kind: 'once' as const }
  const counted = faultyFiles(place.files, only ? { ...never, only } : never)
  await act(place, story, { files: counted.files })
  return counted.calls()
}

export function onDisk(): { readonly place: World; readonly disk: TestDisk } {
  const disk = testDisk('/state')
  return { place: world(realClock, { root: '/state', files: disk.files }), disk }
}

export const stateOf = (place: World): string => {
  if (!place.list().includes('telegram-allowFrom.json')) return 'absent'
  return place.read(ALLOW) === '{"damaged' ? 'damaged' : ids(place).join(',')
}

/** Runs a story with a fault, and then as the next process would. */
export async function play(place: World, story: Story, fault: Fault): Promise<void> {
  await story.begin(place)
  const { files } = faultyFiles(place.files, fault)
  await act(place, story, { files }).catch(() => undefined)
  expect(story.states).toContain(stateOf(place))
  await goOn(place, story)
  expect(allowedIds(place)).toEqual(story.end)
  expect(ids(place)).toEqual(story.end)
  if (story.states.includes('damaged')) {
    const kept = place.list().filter((name) => name.includes('.damaged-'))
    expect(kept).toHaveLength(1)
    expect(place.read(`credentials/${kept[0] ?? ''}`)).toBe('{"damaged')
  }
}

export async function goOn(place: World, story: Story): Promise<void> {
  // the fault may have kept the owner's own command from being given; what was given must not be needed again
  const wasGiven = story.allow === undefined || allowedIds(place).includes(story.allow)
  const next = place.sync(later)
  await next.open()
  if (!wasGiven) await place.allow(`telegram/default/${story.allow ?? ''}`)
  await next.poll()
  await next.flush()
  expect(next.stale()).toBe(false)
  expect(place.list().filter((name) => !name.includes('.damaged-'))).toEqual([
    'telegram-allowFrom.json',
  ])
  expect(place.list('pairing-journal/documents/credentials')).toEqual([
    'telegram-allowFrom.json.base',
  ])
}
