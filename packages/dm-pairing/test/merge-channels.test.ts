import type { ChannelName } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { mergeChannels, unmergedChannels } from '../src/index.ts'
import { at, challenged, ROOT, stored, transactions, who, world } from './world.ts'

const merged = { whatsapp: 'telegram' as ChannelName }
const OLD = at('whatsapp', 'default')
const states = (here: ReturnType<typeof world>) =>
  Object.fromEntries(
    Object.entries(stored(here.store, 'dm.senders')).map(([key, value]) => [
      key,
      (value as { state: string }).state,
    ]),
  )

it('moves who is in, blocked and revoked, once; a block outranks what the channel itself says', async () => {
  const here = world()
  await here.dm.allow(ROOT, who('1', OLD))
  await here.dm.block(ROOT, who('2', OLD))
  await here.dm.allow(ROOT, who('3', OLD))
  await here.dm.revoke(ROOT, who('3', OLD))
  await here.dm.allow(ROOT, who('2'))
  await here.dm.allow(ROOT, who('3'))
  await here.dm.addOwner(ROOT, who('4', OLD))
  await mergeChannels(here.store, merged)
  expect(states(here)).toEqual({
    'telegram/default/1': 'allowed',
    'telegram/default/2': 'blocked',
    'telegram/default/3': 'allowed',
  })
  expect(Object.keys(stored(here.store, 'dm.owners'))).toEqual(['telegram/4'])
  const before = transactions(here.begun)
  await mergeChannels(here.store, merged)
  expect(transactions(here.begun)).toBe(before)
})

it('writes nothing where there is nothing to move', async () => {
  const here = world()
  await challenged(here.dm, '1')
  const before = transactions(here.begun)
  await mergeChannels(here.store, merged)
  expect(transactions(here.begun)).toBe(before)
})

it('says under which names something is left, until it is moved', async () => {
  const here = world()
  expect(unmergedChannels(here.store, merged)).toEqual([])
  await here.dm.allow(ROOT, who('1', OLD))
  expect(unmergedChannels(here.store, merged)).toEqual(['whatsapp'])
  here.failing = new Error('the disk is full')
  await expect(mergeChannels(here.store, merged)).rejects.toThrow('the disk is full')
  expect(unmergedChannels(here.store, merged)).toEqual(['whatsapp'])
  here.failing = undefined
  await mergeChannels(here.store, merged)
  expect(unmergedChannels(here.store, merged)).toEqual([])
})
