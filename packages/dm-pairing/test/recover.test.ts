import type { ChannelName, Json, JsonObject } from '@openclaw/pairing-contracts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dmDocumentFamilies } from '../src/index.ts'
import { at, challenged, channels, HOUR, ROOT, stored, type World, who, world } from './world.ts'

const families = dmDocumentFamilies(['telegram' as ChannelName], { channels })

/** What a repair makes of one file, as a file store asks it. */
async function recover(
  here: World,
  fileName: string,
  after: Json,
  isDoubtful: (collection: string, key: string) => boolean = () => true,
): Promise<void> {
  const family = families.find((one) => one.owns(fileName))
  if (family === undefined) throw new Error('nobody owns it')
  const name = { folder: family.folder, fileName }
  const intent = { scope: 'repair' as never, actor: ROOT, action: 'test.repair' }
  await here.store.transact(intent, (tx) =>
    family.recover(tx, { name, before: undefined, after, isDoubtful }),
  )
}

const ALLOW = 'telegram-allowFrom.json'
const list = (...allowFrom: readonly string[]): Json => ({ version: 1, allowFrom })
const requests = (...entries: readonly JsonObject[]): Json => ({ version: 1, requests: entries })
const sender = (here: World, id: string): JsonObject | undefined =>
  stored(here.store, 'dm.senders')[`telegram/default/${id}`] as JsonObject | undefined
const repair = { kind: 'system', part: 'repair' }

describe('what an allowFrom file tells after a loss', () => {
  it('keeps those out whom only it or only the journal lets in', async () => {
    const here = world()
    for (const id of ['1', '2']) await here.dm.allow(ROOT, who(id), {})
    await recover(here, ALLOW, list('2', '3'))
    expect(sender(here, '1')).toMatchObject({ state: 'revoked', by: repair })
    expect(sender(here, '2')).toMatchObject({ state: 'allowed' })
    expect(sender(here, '3')).toMatchObject({ state: 'revoked', by: repair })
  })

  it('leaves a block and a grant with an end as they are', async () => {
    const here = world()
    await here.dm.block(ROOT, who('1'))
    await here.dm.allow(ROOT, who('2'), { expiresInMs: HOUR })
    await recover(here, ALLOW, list('1', '2'))
    expect(sender(here, '1')).toMatchObject({ state: 'blocked' })
    expect(sender(here, '2')).toMatchObject({ state: 'allowed', expiresAt: expect.anything() })
  })

  it('does not miss in the second file of the default account whom that need not show', async () => {
    const here = world()
    await here.dm.allow(ROOT, who('1'), {})
    await recover(here, 'telegram-default-allowFrom.json', list('9'))
    expect(sender(here, '1')).toMatchObject({ state: 'allowed' })
    expect(sender(here, '9')).toMatchObject({ state: 'revoked', by: repair })
  })

  it('lets nobody in and changes nobody who is certain, whatever it says', async () => {
    const ids = fc.subarray(['1', '2', '3', '4', '5', '6'])
    await fc.assert(
      fc.asyncProperty(ids, ids, ids, async (known, shown, certain) => {
        const here = world()
        for (const id of known) await here.dm.allow(ROOT, who(id), {})
        const before = stored(here.store, 'dm.senders')
        await recover(here, ALLOW, list(...shown), (_, key) => !certain.includes(key.slice(-1)))
        for (const id of ['1', '2', '3', '4', '5', '6']) {
          const isIn = sender(here, id)?.['state'] === 'allowed'
          const mayBe = known.includes(id) && (certain.includes(id) || shown.includes(id))
          expect(isIn).toBe(mayBe)
          if (certain.includes(id)) {
            expect(sender(here, id)).toEqual(before[`telegram/default/${id}`])
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('what a pairing file tells after a loss', () => {
  const PAIRING = 'telegram-pairing.json'
  const waiting = async (here: World): Promise<readonly string[]> =>
    Object.keys(stored(here.store, 'dm.requests')).map((key) => key.slice(-1))

  it('takes a request back that it does not show, and rests its sender', async () => {
    const here = world()
    await challenged(here.dm, '5')
    await recover(here, PAIRING, requests())
    expect(await waiting(here)).toEqual([])
    expect(Object.values(stored(here.store, 'dm.settled'))).toMatchObject([
      { outcome: 'rejected', by: repair },
    ])
    expect(Object.keys(stored(here.store, 'dm.rests'))).toHaveLength(1)
  })

  it('keeps one waiting whose sender stands among those let in, and is kept out', async () => {
    const here = world()
    await challenged(here.dm, '5')
    await recover(here, ALLOW, list('5'))
    await recover(here, PAIRING, requests())
    expect(await waiting(here)).toEqual(['5'])
  })

  it('leaves certain ones alone, and takes in one whose record is lost', async () => {
    const here = world()
    await challenged(here.dm, '5')
    const createdAt = new Date(here.clock.now()).toISOString()
    const fresh = { id: '6', code: 'ABCD2345', createdAt, lastSeenAt: createdAt }
    await recover(here, PAIRING, requests(fresh), (_, key) => !key.endsWith('5'))
    expect(await waiting(here)).toEqual(['5', '6'])
    expect(await here.dm.list(ROOT, at())).toMatchObject([{ requests: [{}, {}] }])
  })
})
