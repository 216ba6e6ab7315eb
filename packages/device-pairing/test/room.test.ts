import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admitted, arrival, asks, paired, ROOT, SECOND, shown, type World, world } from './world.ts'

const FILLED = 10
const site = (at: number) => `2001:db8:0:${(at % 5).toString(16)}::${String(at + 1)}`

/** A list that one site filled, from five networks of it. */
async function filled(): Promise<{ readonly here: World; readonly ids: readonly string[] }> {
  const here = world({ maxWaiting: FILLED })
  const ids: string[] = []
  for (let at = 0; at < FILLED; at += 1) {
    ids.push((await asks(here.door, `crowd ${String(at)}`, { address: site(at) })).requestId)
    here.clock.advance(SECOND)
  }
  return { here, ids }
}

async function waitingIn({ door }: Pick<World, 'door'>) {
  const lists = await door.list(ROOT)
  if ('outcome' in lists) throw new Error('denied')
  return lists
}

describe('a full list', () => {
  it('that one site filled has room for another address: the newest of the site ends, and says so', async () => {
    const { here, ids } = await filled()
    const { door, clock } = here
    const newest = ids.at(-1) ?? ''
    const { requestId } = await asks(door, 'newcomer', { address: '198.51.100.7' })
    expect((await shown(door, requestId)).address).toBe('198.51.100.7')
    expect(await door.find(ROOT, newest)).toMatchObject({
      outcome: 'settled',
      settled: { outcome: 'expired', at: clock.now(), by: expect.stringContaining('full list') },
    })
    const { waiting, turnedAway } = await waitingIn(here)
    expect(waiting).toHaveLength(FILLED)
    expect(turnedAway?.count).toBe(1)
    // neither the one that ended nor another of its site comes back in
    for (const name of ['crowd 9', 'crowd 10']) {
      const again = await door.arrive(arrival(name, { address: site(9) }))
      expect(again).toMatchObject({ outcome: 'full', where: 'everywhere' })
    }
    expect((await shown(door, requestId)).requestId).toBe(requestId)
    // nor does the newcomer get a second place
    const second = await door.arrive(arrival('second', { address: '198.51.100.7' }))
    expect(second.outcome).toBe('full')
  })

  it('of one each stays as it is', async () => {
    const { door } = world({ maxWaiting: 3 })
    for (const at of ['1', '2', '3']) await asks(door, at, { address: `203.0.113.${at}` })
    const more = await door.arrive(arrival('more', { address: '198.51.100.7' }))
    expect(more).toMatchObject({ outcome: 'full', where: 'everywhere' })
  })

  it('keeps what paired devices ask for', async () => {
    const here = world({ maxWaiting: 2 })
    const { door } = here
    const cli = { role: 'operator', scopes: ['operator.read'] } as const
    for (const name of ['a', 'b']) await paired(door, name, cli)
    for (const name of ['a', 'b']) await asks(door, name, { ...cli, scopes: ['operator.write'] })
    const more = await door.arrive(arrival('more', { address: '198.51.100.7' }))
    expect(more.outcome).toBe('full')
    await admitted(door, 'a', { ...cli, mayAsk: { by: 'nothing' } })
  })

  it('makes room in the transaction: nothing ends where it was not needed any more', async () => {
    const { here, ids } = await filled()
    const [first = ''] = ids
    here.meanwhile = () => here.another().reject(ROOT, first)
    await asks(here.door, 'newcomer', { address: '198.51.100.7' })
    const { waiting } = await waitingIn(here)
    expect(waiting).toHaveLength(FILLED)
    expect(waiting.map(({ requestId }) => requestId)).toContain(ids.at(-1))
  })

  it('is never longer than it may be, and whoever is alone from a region is not displaced', async () => {
    const region = fc.integer({ min: 0, max: 8 })
    const ask = fc.record({ region, host: fc.nat(9), key: fc.nat(14) })
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { maxLength: 40 }), async (all) => {
        const here = world({ maxWaiting: 4, maxPerAddress: 3 })
        for (const { region: of, host, key } of all) {
          here.clock.advance(SECOND)
          const before = (await waitingIn(here)).waiting
          const address = `2001:db8:${String(of)}:${String(host)}::1`
          await here.door.arrive(arrival(`k${String(key)}`, { address }))
          const after = (await waitingIn(here)).waiting
          expect(after.length).toBeLessThanOrEqual(4)
          const of48 = (text = '') => text.split(':').slice(0, 3).join(':')
          const gone = before.filter(
            ({ requestId }) => !after.some((r) => r.requestId === requestId),
          )
          for (const { address: from } of gone) {
            const many = before.filter((request) => of48(request.address) === of48(from)).length
            const own = before.filter((request) => of48(request.address) === of48(address)).length
            expect(many).toBeGreaterThan(1)
            expect(own).toBe(0)
            expect(before).toHaveLength(4)
          }
          expect(gone.length).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 60 },
    )
  })
})
