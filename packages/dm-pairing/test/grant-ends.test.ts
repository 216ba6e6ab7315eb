import type { CredentialStore, EpochMs, Json, LiveView } from '@openclaw/pairing-contracts'
import { seededRandom } from '@openclaw/pairing-testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DmPairing, dmPairing } from '../src/index.ts'
import {
  at,
  channels,
  HOUR,
  MINUTE,
  policy,
  ROOT,
  raw,
  sha256,
  stored,
  type World,
  who,
  world,
} from './world.ts'

const MANY = 12_000
const SENDERS = raw('dm.senders')

/** What was looked at of the senders. */
interface Looks {
  /** Records handed out between two pauses, and in the end. */
  readonly stretches: number[]
  whole: number
}

/** A store that notes how much of the senders is asked for in one go. */
function watched(store: CredentialStore, looks: Looks): CredentialStore {
  const watch = <T>(view: LiveView<T>): LiveView<T> => ({
    ...view,
    entries: (prefix) => {
      looks.whole += 1
      return view.entries(prefix)
    },
    walk: () => {
      const walk = view.walk()
      return {
        next: (limit) => {
          const piece = walk.next(limit)
          const last = looks.stretches.length - 1
          looks.stretches[last] = (looks.stretches[last] ?? 0) + piece.entries.length
          return piece
        },
      }
    },
  })
  return {
    ...store,
    view: (collection) => {
      const view = store.view(collection)
      return collection.name === SENDERS.name ? watch(view) : view
    },
  }
}

function watchedPairing(here: World): { readonly dm: DmPairing; readonly looks: Looks } {
  const looks: Looks = { stretches: [0], whole: 0 }
  const pause = (): Promise<void> => {
    looks.stretches.push(0)
    return Promise.resolve()
  }
  const dm = dmPairing(
    {
      store: watched(here.store, looks),
      clock: here.clock,
      random: seededRandom(9),
      sha256,
      pause,
    },
    { channels, policyOf: () => policy(), addresses: () => [at()] },
  )
  return { dm, looks }
}

/** Senders of one account as records; `expiresAt` by number. */
async function fill(
  { store, clock }: World,
  count: number,
  expiresAt: (n: number) => number | undefined,
): Promise<void> {
  await store.transact({ scope: 'x' as never, actor: ROOT, action: 'test' }, (tx) => {
    for (let n = 0; n < count; n += 1) {
      const end = expiresAt(n)
      const by = { kind: 'root', user: 'anna' }
      const grant = { state: 'allowed', by, since: clock.now(), meta: {} }
      tx.put(SENDERS, keyOf(n), end === undefined ? grant : { ...grant, expiresAt: end })
    }
  })
}

const keyOf = (n: number): string => `telegram/default/${String(1_000_000 + n)}`

function states(here: World): Readonly<Record<string, unknown>> {
  const all = Object.entries(stored(here.store, SENDERS.name))
  return Object.fromEntries(all.map(([key, value]) => [key, (value as { state: Json }).state]))
}

const revokedIn = (here: World): readonly string[] =>
  Object.entries(states(here)).flatMap(([key, state]) => (state === 'revoked' ? [key] : []))

describe('grants that end, among many senders', () => {
  it('are found in small steps with others running in between, and later at no cost', async () => {
    const here = world()
    const end = here.clock.now() + HOUR
    await fill(here, MANY, (n) => (n % 4_000 === 3_999 ? end : undefined))
    const { dm, looks } = watchedPairing(here)
    here.clock.advance(HOUR)
    await dm.housekeeping()
    expect(looks.stretches.length).toBeGreaterThan(2)
    expect(looks.stretches.length).toBeLessThanOrEqual(20)
    for (let tick = 0; tick < 2; tick += 1) {
      looks.stretches.push(0)
      await dm.housekeeping()
    }
    expect(revokedIn(here)).toEqual([3_999, 7_999, 11_999].map(keyOf))
    expect(Math.max(...looks.stretches)).toBeLessThanOrEqual(500)
    await dm.housekeeping()
    const before = looks.stretches.reduce((sum, each) => sum + each, 0)
    for (let second = 0; second < 30; second += 1) {
      here.clock.advance(1_000)
      await dm.housekeeping()
    }
    expect(looks.stretches.reduce((sum, each) => sum + each, 0)).toBe(before)
    expect(looks.whole).toBe(0)
  })

  it('do not hold up closing', async () => {
    const here = world()
    await fill(here, MANY, () => undefined)
    const { dm, looks } = watchedPairing(here)
    await dm.housekeeping('closing')
    expect(looks.stretches).toEqual([500])
  })

  it('are written down some at a time when many end at once, none forgotten', async () => {
    const here = world()
    const end = here.clock.now() + HOUR
    await fill(here, 1_000, () => end)
    const { dm } = watchedPairing(here)
    here.clock.advance(HOUR)
    const done: number[] = []
    for (let tick = 0; tick < 5; tick += 1) {
      await dm.housekeeping()
      done.push(revokedIn(here).length)
    }
    expect(done).toEqual([200, 400, 600, 800, 1_000])
  })

  it('end as another process set them last', async () => {
    const here = world()
    const other = here.another()
    for (const sender of ['1', '2', '3', '4'])
      await here.dm.allow(ROOT, who(sender), { expiresInMs: HOUR })
    await here.dm.housekeeping()
    await other.allow(ROOT, who('1'), { expiresInMs: 3 * HOUR })
    await other.allow(ROOT, who('2'), { expiresInMs: MINUTE })
    await other.allow(ROOT, who('5'), { expiresInMs: HOUR })
    await here.store.transact({ scope: 'x' as never, actor: ROOT, action: 'test' }, (tx) =>
      tx.remove(SENDERS, 'telegram/default/4'),
    )
    here.clock.advance(2 * MINUTE)
    await here.dm.housekeeping()
    expect(revokedIn(here)).toEqual(['telegram/default/2'])
    here.clock.advance(HOUR)
    await here.dm.housekeeping()
    expect(revokedIn(here)).toEqual([2, 3, 5].map((n) => `telegram/default/${String(n)}`))
    here.begun.clear()
    here.clock.advance(MINUTE)
    await here.dm.housekeeping()
    expect(here.begun.get('dm.housekeeping')).toBeUndefined()
  })

  it('end although more than enough of another account cannot be written', async () => {
    const here = world()
    const end = here.clock.now() + HOUR
    await fill(here, 250, () => end - 1)
    await here.dm.allow(ROOT, who('7', at('telegram', 'work')), { expiresInMs: HOUR })
    const store: CredentialStore = {
      ...here.store,
      transact: (intent, work) =>
        intent.scope.endsWith('/default')
          ? Promise.reject(new Error('no'))
          : here.store.transact(intent, work),
    }
    const dm = watchedPairing({ ...here, store }).dm
    here.clock.advance(2 * HOUR)
    await expect(dm.housekeeping()).rejects.toThrow('no')
    await expect(dm.housekeeping()).rejects.toThrow('no')
    expect(revokedIn(here)).toEqual(['telegram/work/7'])
  })

  it('end although the record of another sender is damaged, which is said', async () => {
    const here = world()
    const end = here.clock.now() + HOUR
    await fill(here, 2, () => end)
    await here.store.transact({ scope: 'x' as never, actor: ROOT, action: 'test' }, (tx) =>
      tx.put(SENDERS, keyOf(0), { state: 'godlike' }),
    )
    here.clock.advance(HOUR)
    const damaged = { code: 'ERR_STORE_RECORD_DAMAGED', key: keyOf(0) }
    await expect(here.dm.housekeeping()).rejects.toMatchObject(damaged)
    expect(states(here)[keyOf(1)]).toBe('revoked')
  })

  it('all end, and no other, whatever was decided in between', async () => {
    const sender = fc.integer({ min: 1, max: 12 }).map(String)
    const step = fc.oneof(
      fc.record({
        do: fc.constant('allow' as const),
        sender,
        minutes: fc.integer({ min: 1, max: 90 }),
      }),
      fc.record({ do: fc.constant('revoke' as const), sender }),
      fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 30 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const here = world()
        const ends = new Map<string, EpochMs>()
        for (const now of steps) {
          if (now.do === 'allow') {
            await here.dm.allow(ROOT, who(now.sender), { expiresInMs: now.minutes * MINUTE })
            ends.set(now.sender, (here.clock.now() + now.minutes * MINUTE) as EpochMs)
          } else if (now.do === 'revoke') {
            await here.dm.revoke(ROOT, who(now.sender))
            ends.delete(now.sender)
          } else {
            here.clock.advance(now.minutes * MINUTE)
            await here.dm.housekeeping()
            for (const [key, end] of ends) if (end <= here.clock.now()) ends.delete(key)
          }
        }
        await here.dm.housekeeping()
        const allowed = Object.entries(states(here)).filter(([, state]) => state === 'allowed')
        const wanted = [...ends.keys()].map((key) => `telegram/default/${key}`).sort()
        expect(allowed.map(([key]) => key)).toEqual(wanted)
      }),
      { numRuns: 60 },
    )
  })
})

describe('who is an owner, among many senders', () => {
  it('is known without a look at the others', async () => {
    const here = world()
    await fill(here, 50, () => undefined)
    await here.dm.block(ROOT, who('8', at('telegram', 'old')))
    const { dm, looks } = watchedPairing(here)
    expect(dm.isOwner({ channel: at().channel, senderId: who('999').senderId })).toBe(true)
    const outcome = await dm.addOwner(ROOT, { channel: at().channel, senderId: who('8').senderId })
    expect(outcome).toMatchObject({ outcome: 'sender-blocked', blockedOn: [{ account: 'old' }] })
    await dm.addOwner(ROOT, { channel: at().channel, senderId: who('9').senderId })
    expect(await dm.owners(ROOT)).toHaveLength(2)
    expect(looks).toEqual({ stretches: [0], whole: 0 })
  })
})
