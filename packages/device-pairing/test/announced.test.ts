import { memoryStore } from '@openclaw/credential-store'
import type { JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { fixedClock, seededRandom } from '@openclaw/pairing-testing'
import { describe, expect, it } from 'vitest'
import { announcedIn, legacyNodes } from '../src/index.ts'
import { arrival, asks, cryptoPorts, keyOf, MINUTE, ROOT, world } from './world.ts'

const PHONE = keyOf('phone').deviceId

/** What the journal says since it was read last. */
function reader(history: (after: Seq, limit: number) => Promise<readonly JournalEntry[]>) {
  let after = 0 as Seq
  return async () => {
    const entries = await history(after, 1_000)
    after = entries.at(-1)?.seq ?? after
    return entries.flatMap(announcedIn)
  }
}

describe('what the journal says to whoever decides', () => {
  it('is each request once, as the device was told, and what was decided', async () => {
    const { door, store, clock } = world()
    const news = reader(store.history)
    const request = await asks(door, 'phone')
    expect(await news()).toEqual([{ what: 'device-asks', request }])
    clock.advance(MINUTE)
    await door.arrive(arrival('phone'))
    await door.housekeeping('closing')
    expect(await news()).toEqual([])
    const { requestId } = request
    await door.approve(ROOT, requestId)
    const settled = { what: 'device-settled', requestId, deviceId: PHONE }
    expect(await news()).toEqual([{ ...settled, outcome: 'approved', at: clock.now() }])
  })

  it('is the new request where one is widened, and nothing of the old one', async () => {
    const { door, store } = world()
    const news = reader(store.history)
    const role = 'operator'
    await asks(door, 'cli', { role, scopes: ['operator.read'] })
    await news()
    const wider = await asks(door, 'cli', { role, scopes: ['operator.write'] })
    expect(await news()).toEqual([{ what: 'device-asks', request: wider }])
    await door.reject(ROOT, wider.requestId)
    expect(await news()).toMatchObject([{ what: 'device-settled', outcome: 'rejected' }])
  })

  it('is the same for the old store of nodes', async () => {
    const clock = fixedClock()
    const store = memoryStore({ clock })
    const nodes = legacyNodes({ store, clock, random: seededRandom(3), ...cryptoPorts })
    const news = reader(store.history)
    for (const outcome of ['approved', 'rejected'] as const) {
      const asked = await nodes.request(ROOT, { nodeId: 'old', displayName: 'Old' })
      if (asked.outcome !== 'waiting') throw new Error(asked.outcome)
      expect(await news()).toEqual([{ what: 'node-asks', request: asked.request }])
      const { requestId } = asked.request
      await (outcome === 'approved'
        ? nodes.approve(ROOT, requestId)
        : nodes.reject(ROOT, requestId))
      expect(await news()).toEqual([
        { what: 'node-settled', requestId, nodeId: 'old', outcome, at: clock.now() },
      ])
    }
  })

  it('is nothing where a record cannot be read', () => {
    const entry = {
      seq: 1,
      time: 1,
      actor: ROOT,
      action: 'toString',
      changes: ['devices.requests', 'devices.settled', 'nodes.requests', 'other'].map(
        (collection) => ({
          collection,
          key: 'k',
          value: { requestId: 7 },
        }),
      ),
      detail: { requestId: 'r', nodeId: 'n' },
    } as unknown as JournalEntry
    expect(announcedIn(entry)).toEqual([])
  })
})
