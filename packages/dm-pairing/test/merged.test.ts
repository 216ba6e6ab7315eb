import type { ChannelName, Json } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { directory } from './directory.ts'
import { challenged, ROOT, stored, type World, who, world } from './world.ts'

/** A channel of 2026.2 that is another name of this one here. */
const merged = { tg2: 'telegram' as ChannelName }
const OWN = 'telegram-allowFrom.json'
const OTHER = 'tg2-allowFrom.json'
const OTHER_PAIRING = 'tg2-pairing.json'

const list = (...allowFrom: string[]): Json => ({ version: 1, allowFrom })
const allowed = (here: World, account = 'default') => {
  const prefix = `telegram/${account}/`
  return Object.entries(stored(here.store, 'dm.senders'))
    .filter(
      ([key, value]) => key.startsWith(prefix) && (value as { state: string }).state === 'allowed',
    )
    .map(([key]) => key.slice(prefix.length))
    .toSorted()
}
const idsIn = (file: Json | undefined) => (file as { allowFrom: string[] } | undefined)?.allowFrom

describe('the files of a merged channel', () => {
  it('let in whom they name, beside those of the channel itself', async () => {
    const here = world()
    const { files, sync } = directory(here, { merged })
    files.set(OTHER, list('1', '2'))
    files.set(OWN, list('3'))
    expect(await sync()).toEqual([])
    expect(allowed(here)).toEqual(['1', '2', '3'])
    expect(idsIn(files.get(OWN))?.toSorted()).toEqual(['1', '2', '3'])
    expect(idsIn(files.get(OTHER))).toEqual(['1', '2', '3'])
  })

  it('are never made', async () => {
    const here = world()
    const { files, sync } = directory(here, { merged })
    await here.dm.allow(ROOT, who('1'))
    await sync()
    expect([...files.keys()]).toEqual([OWN])
  })

  it('are cleared by a revocation, and revoke when somebody goes from one of them', async () => {
    const here = world()
    const { files, sync } = directory(here, { merged })
    files.set(OTHER, list('1', '2'))
    files.set('tg2-default-allowFrom.json', list('1'))
    await sync()
    await here.dm.revoke(ROOT, who('1'))
    await sync()
    expect(
      [OWN, OTHER, 'tg2-default-allowFrom.json'].map((name) => idsIn(files.get(name))),
    ).toEqual([['2'], ['2'], []])
    files.set(OTHER, list())
    await sync()
    expect(allowed(here)).toEqual([])
    expect(idsIn(files.get(OWN))).toEqual([])
  })

  it('do not bring back who was revoked here', async () => {
    const here = world()
    const { files, sync } = directory(here, { merged })
    files.set(OTHER, list('1'))
    await sync()
    await here.dm.revoke(ROOT, who('1'))
    await sync()
    files.set(OTHER, list('1'))
    expect(await sync()).toMatchObject([{ subject: 'telegram (default) 1' }])
    expect(allowed(here)).toEqual([])
    expect(idsIn(files.get(OTHER))).toEqual([])
  })

  it('show who waits, and an approval by the other program counts', async () => {
    const here = world()
    const { files, sync } = directory(here, { merged })
    files.set(OTHER_PAIRING, { version: 1, requests: [] })
    await challenged(here.dm, '7')
    await sync()
    const { requests } = files.get(OTHER_PAIRING) as { requests: { id: string; code: string }[] }
    expect(requests).toMatchObject([{ id: '7' }])
    expect(files.get('telegram-pairing.json')).toMatchObject({ requests })
    files.set(OTHER_PAIRING, { version: 1, requests: [] })
    files.set(OTHER, list('7'))
    expect(await sync()).toEqual([])
    expect(allowed(here)).toEqual(['7'])
    expect(files.get('telegram-pairing.json')).toMatchObject({ requests: [] })
    expect(idsIn(files.get(OWN))).toEqual(['7'])
  })

  it('of an account are those of the account', async () => {
    const here = world()
    const { files, sync } = directory(here, { merged })
    files.set('tg2-work-allowFrom.json', list('5'))
    await sync()
    expect(allowed(here, 'work')).toEqual(['5'])
    expect(allowed(here)).toEqual([])
    expect(idsIn(files.get('telegram-work-allowFrom.json'))).toEqual(['5'])
  })
})
