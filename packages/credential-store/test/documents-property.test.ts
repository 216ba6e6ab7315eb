import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testDisk } from './documents-disk.ts'
import { allowed, revoked } from './documents-family.ts'
import { realClock, type World, world } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const IDS = ['1', '2', '3', '4']
const quick = { sleep: async (): Promise<void> => undefined }

type Step =
  | { readonly kind: 'allow' | 'revoke' | 'add' | 'drop'; readonly id: string }
  | { readonly kind: 'poll' | 'flush' | 'reopen' | 'second' | 'reformat' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('allow' as const, 'revoke' as const, 'add' as const, 'drop' as const),
    id: fc.constantFrom(...IDS),
  }),
  fc.record({
    kind: fc.constantFrom(
      'poll' as const,
      'flush' as const,
      'reopen' as const,
      'second' as const,
      'reformat' as const,
    ),
  }),
)

const key = (id: string): string => `telegram/default/${id}`
const listed = (place: World): string[] =>
  place.list().includes('telegram-allowFrom.json')
    ? (place.json(ALLOW) as { allowFrom: string[] }).allowFrom
    : []
const has = (place: World, name: { readonly name: string }): Set<string> =>
  new Set(place.keys(name).map((one) => one.slice(key('').length)))

/** What both sides did to each id since they last agreed about it. */
interface Ledger {
  /** What the file said when it was last taken in. */
  seen: Set<string>
  /** Ids that the owner touched since the file was last written. */
  readonly ours: Set<string>
}

function expectNothingLost(
  place: World,
  ledger: Ledger,
  before: Set<string>,
  file: string[],
): void {
  const state = has(place, allowed)
  const barred = has(place, revoked)
  for (const id of IDS) {
    const added = file.includes(id) && !ledger.seen.has(id)
    const dropped = !file.includes(id) && ledger.seen.has(id)
    if (!added && !dropped) expect([id, state.has(id)]).toEqual([id, before.has(id)])
    else if (ledger.ours.has(id)) continue
    else if (dropped) expect([id, state.has(id)]).toEqual([id, false])
    else if (!barred.has(id)) expect([id, state.has(id)]).toEqual([id, true])
    else expect([id, state.has(id)]).toEqual([id, false])
  }
}

async function run(steps: readonly Step[]): Promise<void> {
  const place = world(realClock, { root: '/state', files: testDisk('/state').files })
  let sync = place.sync(quick)
  const other = place.sync(quick)
  await sync.open()
  await other.open()
  const ledger: Ledger = { seen: new Set(), ours: new Set() }
  const take = async (work: () => Promise<void>): Promise<void> => {
    const before = has(place, allowed)
    const file = listed(place)
    await work()
    expectNothingLost(place, ledger, before, file)
    ledger.seen = new Set(listed(place))
  }
  const write = async (work: () => Promise<void>): Promise<void> => {
    await take(work)
    expect(new Set(listed(place))).toEqual(has(place, allowed))
    ledger.ours.clear()
  }
  const edit = (change: (ids: string[]) => string[], indent = 2): void => {
    const json = { version: 1, allowFrom: change(listed(place)) }
    place.write(ALLOW, JSON.stringify(json, null, indent))
  }
  for (const { kind, ...rest } of steps) {
    const id = 'id' in rest ? rest.id : ''
    if (kind === 'allow' || kind === 'revoke') {
      await place[kind](key(id))
      ledger.ours.add(id)
    } else if (kind === 'add') edit((ids) => [...ids.filter((one) => one !== id), id])
    else if (kind === 'drop') edit((ids) => ids.filter((one) => one !== id))
    else if (kind === 'reformat') edit((ids) => ids, 0)
    else if (kind === 'poll') await take(sync.poll)
    else if (kind === 'flush') await write(sync.flush)
    else if (kind === 'second') await write(other.flush)
    else {
      sync = place.sync(quick)
      await write(sync.open)
    }
  }
  await write(async () => {
    await sync.poll()
    await sync.flush()
  })
  expect(place.list().filter((name) => name.includes('.damaged-'))).toEqual([])
}

/** A process refuses a hand edit and does not write the file again; another one must. */
const refusedAndLeft: Step[] = [
  { kind: 'revoke', id: '3' },
  { kind: 'add', id: '3' },
  { kind: 'poll' },
  { kind: 'second' },
]

describe('any order of our changes and those of others', () => {
  it('loses no edit of either side that does not contradict one of the other', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), run), {
      numRuns: Number(process.env['OPENCLAW_TEST_RUNS'] ?? 150),
      examples: [[refusedAndLeft]],
    })
  })
})
