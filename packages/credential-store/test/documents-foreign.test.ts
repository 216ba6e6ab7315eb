import { renameSync, statSync } from 'node:fs'
import type { JsonObject } from '@openclaw/pairing-contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allowed, requests, revoked } from './documents-family.ts'
import { ask, type World, world } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const ASK = 'credentials/telegram-pairing.json'
const list = (...ids: string[]): JsonObject => ({ version: 1, allowFrom: ids })

describe('documents and other programs', () => {
  let place: World
  beforeEach(() => {
    place = world()
  })
  afterEach(() => place.remove())

  it('writes what a transaction changed, in the form of OpenClaw, for its owner alone', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1000001')
    expect(sync.stale()).toBe(true)
    await sync.flush()
    expect(sync.stale()).toBe(false)
    expect(place.read(ALLOW)).toBe('{\n  "version": 1,\n  "allowFrom": [\n    "1000001"\n  ]\n}\n')
    expect(statSync(place.path(ALLOW)).mode & 0o777).toBe(0o600)
    for (const folder of [
      'credentials',
      'pairing-journal',
      'pairing-journal/documents/credentials',
    ]) {
      expect(statSync(place.path(folder)).mode & 0o777).toBe(0o700)
    }
    expect(place.list()).toEqual(['telegram-allowFrom.json'])
    expect(await place.actions()).toEqual(['test.change'])
  })

  it('creates nothing where there is nothing to show', async () => {
    const sync = place.sync()
    await sync.open()
    await sync.poll()
    await sync.flush()
    expect(place.list('')).toEqual([])
  })

  it('does not rewrite what says the same already', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    const before = statSync(place.path(ALLOW))
    await place.change((tx) => tx.put(allowed, 'telegram/default/1', { by: 'somebody else' }))
    await sync.flush()
    expect(statSync(place.path(ALLOW)).ino).toBe(before.ino)
  })

  it('takes a hand edit over, with a journal entry that says so', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    place.write(ALLOW, list('1', '2'))
    await sync.poll()
    expect(place.keys(allowed)).toEqual(['telegram/default/1', 'telegram/default/2'])
    const last = (await place.entries()).at(-1)
    expect(last).toMatchObject({
      action: 'outside.change',
      actor: { kind: 'system' },
      detail: { outside: true, documents: [ALLOW] },
    })
  })

  it('leaves the formatting and the unknown keys of a hand edit alone', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    const text = '\uFEFF{"allowFrom":["1","2"],"version":1,"note":{"by":"me"}}'
    place.write(ALLOW, text)
    await sync.poll()
    await sync.flush()
    expect(place.read(ALLOW)).toBe(text)
    await place.allow('telegram/default/3')
    await sync.flush()
    expect(place.json(ALLOW)).toEqual({ ...list('1', '2', '3'), note: { by: 'me' } })
  })

  it('makes no journal entry for an edit that changes nothing', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    place.write(ALLOW, '{"version":1,"allowFrom":["1"]}')
    await sync.poll()
    await sync.flush()
    expect(await place.actions()).toEqual(['test.change'])
    expect(place.read(ALLOW)).toBe('{"version":1,"allowFrom":["1"]}')
  })

  it('honours a list that was emptied by hand', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await place.allow('telegram/default/2')
    await sync.flush()
    place.write(ALLOW, list())
    await sync.poll()
    await sync.flush()
    expect(place.keys(allowed)).toEqual([])
    expect(place.keys(revoked)).toEqual(['telegram/default/1', 'telegram/default/2'])
    expect(place.json(ALLOW)).toEqual(list())
  })

  it('notices a file that another program made', async () => {
    const sync = place.sync()
    await sync.open()
    place.write('credentials/whatsapp-work-allowFrom.json', list('+31'))
    await sync.poll()
    expect(place.keys(allowed)).toEqual(['whatsapp/work/+31'])
  })

  it('writes again what the state will not have, and says why', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await place.allow('telegram/default/2')
    await place.revoke('telegram/default/2')
    await sync.flush()
    place.write(ALLOW, list('1', '2', '3'))
    await sync.poll()
    await sync.flush()
    expect(place.json(ALLOW)).toEqual(list('1', '3'))
    expect(sync.findings()).toMatchObject([
      {
        code: 'ERR_DOCUMENT_REFUSED',
        file: place.path(ALLOW),
        fix: 'openclaw pairing allow test 2',
      },
    ])
    expect((await place.entries()).at(-1)?.detail).toMatchObject({
      refused: [{ subject: '2', why: 'was revoked' }],
    })
  })

  it('keeps a refusal in the journal even when nothing else was changed, once', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await place.revoke('telegram/default/1')
    await sync.flush()
    place.write(ALLOW, list('1'))
    await sync.poll()
    await sync.flush()
    await sync.poll()
    expect((await place.actions()).slice(2)).toEqual(['outside.change'])
    expect(place.json(ALLOW)).toEqual(list())
  })

  it('takes an approval by the 2026.2 command line over as one deed, in the order of the families', async () => {
    const sync = place.sync()
    await sync.open()
    await ask(place, 'telegram/default/1', 'L77SDRQT')
    await sync.flush()
    place.write(ASK, { version: 1, requests: [] })
    place.write(ALLOW, list('1'))
    await sync.poll()
    expect(place.keys(allowed)).toEqual(['telegram/default/1'])
    expect(place.keys(requests)).toEqual([])
    const documents = (await place.entries()).slice(1).map(({ detail }) => detail?.['documents'])
    expect(documents).toEqual([[ALLOW], [ASK]])
  })

  it('loses neither side when both changed', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    await place.allow('telegram/default/2')
    place.write(ALLOW, list('1', '3'))
    await sync.flush()
    expect(place.json(ALLOW)).toEqual(list('1', '3', '2'))
    expect(place.keys(allowed)).toHaveLength(3)
  })

  it('leaves files that no family owns alone', async () => {
    place.write('credentials/notes.json', '{"broken')
    place.write('credentials/Telegram-allowFrom.json.bak', 'x')
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    expect(place.read('credentials/notes.json')).toBe('{"broken')
    expect(sync.findings()).toEqual([])
  })

  it('finds what another process committed but did not live to write', async () => {
    const first = place.sync()
    await first.open()
    await place.allow('telegram/default/1')
    const second = place.sync()
    await second.open()
    expect(place.json(ALLOW)).toEqual(list('1'))
  })

  it('takes a restored older file for a hand edit', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    place.write('backup', place.read(ALLOW))
    await place.allow('telegram/default/2')
    await sync.flush()
    renameSync(place.path('backup'), place.path(ALLOW))
    await sync.poll()
    expect(place.keys(allowed)).toEqual(['telegram/default/1'])
  })

  it('compares every document with the state', async () => {
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
    await place.allow('signal/default/2')
    place.write('credentials/slack-allowFrom.json', list('9'))
    place.write('credentials/discord-allowFrom.json', '{')
    expect(await sync.verify()).toEqual([
      { document: 'credentials/discord-allowFrom.json', state: 'damaged' },
      { document: 'credentials/signal-allowFrom.json', state: 'behind' },
      { document: 'credentials/slack-allowFrom.json', state: 'changed-outside' },
      { document: ALLOW, state: 'same' },
    ])
  })
})
