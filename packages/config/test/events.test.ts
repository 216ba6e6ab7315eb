import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeEventsCursor,
  eventsCursorPath,
  isChosenEvent,
  JOURNAL_ACTIONS,
} from '../src/index.ts'
import { complaints, load } from './support.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const EVENTS = { url: 'https://ops.example.org/hook', secret: SECRET, events: ['*'] }

const events = (written: unknown, env: Record<string, string> = {}) =>
  load({ pairing: { events: written } }, { env })

function secretFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'events-test-')), 'secret')
  writeFileSync(file, text)
  chmodSync(file, 0o600)
  return file
}

describe('where events go', () => {
  it('is nowhere unless it is written', async () => {
    for (const config of [await load({}), await load({ pairing: {} })]) {
      expect(config.events).toBeUndefined()
      expect(config.problems).toEqual([])
    }
  })

  it('is a webhook, with the events that are wanted', async () => {
    const config = await events({ ...EVENTS, events: ['dm.*', 'device.approve'] })
    expect(config.problems).toEqual([])
    expect(config.events).toEqual({
      ...EVENTS,
      events: ['dm.*', 'device.approve'],
      timeoutMs: 15_000,
    })
    expect((await events({ ...EVENTS, timeoutMs: 2000 })).events?.timeoutMs).toBe(2000)
  })

  it.each([
    ['http elsewhere', { url: 'http://ops.example.org/' }, 'error pairing.events.url'],
    ['no address', { url: undefined }, 'error pairing.events.url'],
    ['a secret that is none', { secret: 'whsec_abc' }, 'error pairing.events.secret'],
    ['no secret', { secret: undefined }, 'error pairing.events.secret'],
    ['no events', { events: undefined }, 'error pairing.events.events'],
    ['an empty list', { events: [] }, 'error pairing.events.events'],
    ['a text for the list', { events: 'dm.*' }, 'error pairing.events.events'],
    ['a time-out of no length', { timeoutMs: 1 }, 'error pairing.events.timeoutMs'],
  ])('is refused with %s', async (_, wrong, complaint) => {
    const config = await events({ ...EVENTS, ...wrong })
    expect(complaints(config)).toEqual([complaint])
    expect(JSON.stringify(config.problems)).not.toContain(SECRET)
    if (!complaint.includes('timeoutMs')) expect(config.events).toBeUndefined()
  })

  it('may be http on this machine', async () => {
    const config = await events({ ...EVENTS, url: 'http://127.0.0.1:9/in' })
    expect(config.events?.url).toBe('http://127.0.0.1:9/in')
  })

  it('warns of a pattern that chooses nothing, with what there is', async () => {
    const config = await events({ ...EVENTS, events: ['dm.approved', 'nothing.*', 'dm.*'] })
    expect(complaints(config)).toEqual([
      'warning pairing.events.events.0',
      'warning pairing.events.events.1',
    ])
    const [first, second] = config.problems
    expect(first?.fix).toContain('Did you mean "dm.approve"?')
    for (const action of JOURNAL_ACTIONS) expect(second?.fix).toContain(action)
    expect(config.events?.events).toEqual(['dm.approved', 'nothing.*', 'dm.*'])
  })

  it('says that a key is read by nothing', async () => {
    const config = await events({ ...EVENTS, actions: ['*'] })
    expect(complaints(config)).toEqual(['warning pairing.events.actions'])
  })

  it('has its secret in the file, in a file of its own, or in a variable', async () => {
    const { secret, ...rest } = EVENTS
    const secretIn = secretFile(`${secret}\n`)
    expect((await events({ ...rest, secretFile: secretIn })).events?.secret).toBe(secret)
    expect((await events({ ...rest, secretEnv: 'HOOK' }, { HOOK: secret })).events?.secret).toBe(
      secret,
    )
    const bad = await events({ ...rest, secretFile: secretFile('nothing of the kind') })
    expect(complaints(bad)).toEqual(['error pairing.events.secretFile'])
    const absent = await events({ ...rest, secretFile: `/nowhere/${secret}` })
    expect(JSON.stringify(absent.problems)).not.toContain(secret)
  })

  it('gives the agent the same places for its secret', async () => {
    const agent = { kind: 'webhook', url: EVENTS.url, secretFile: secretFile(SECRET) }
    expect((await load({ pairing: { agent } })).agent).toMatchObject({ secret: SECRET })
  })
})

describe('the events that are chosen', () => {
  const action = fc.constantFrom(...JOURNAL_ACTIONS)

  it('are all of them, by a star', () => {
    fc.assert(fc.property(action, (each) => isChosenEvent(['*'], each)))
  })

  it('are those that are named, and no other', () => {
    fc.assert(
      fc.property(action, action, (one, other) => isChosenEvent([one], other) === (one === other)),
    )
  })

  it('are those that begin so, where a star ends a name', () => {
    expect(isChosenEvent(['device.*'], 'device.token.handed')).toBe(true)
    expect(isChosenEvent(['device.token.*'], 'device.approve')).toBe(false)
    expect(isChosenEvent(['dm.*'], 'dmx.approve')).toBe(false)
    expect(isChosenEvent(['d*'], 'dm.approve')).toBe(false)
    expect(isChosenEvent([], 'dm.approve')).toBe(false)
  })
})

describe('the file that says how far events were sent', () => {
  const cursor = { source: 'a'.repeat(32), seq: 7, time: 1_795_000_000_000, refused: 0 }

  it('lies in a folder of its own', () => {
    const files = { join: (...parts: readonly string[]) => parts.join('/') }
    expect(eventsCursorPath({ stateDir: '/state' }, files)).toBe('/state/events/cursor.json')
  })

  it('is read back', () => {
    const told = { refusedAt: 5, refusal: 'no', failingSince: 6, failure: 'down' }
    const whole = { ...cursor, refused: 1, ...told }
    expect(decodeEventsCursor(JSON.parse(JSON.stringify(whole)))).toEqual(whole)
    expect(decodeEventsCursor({ ...cursor, more: 1 })).toEqual(cursor)
  })

  it.each([
    undefined,
    null,
    'text',
    [],
    {},
    { ...cursor, seq: -1 },
    { ...cursor, seq: 1.5 },
    { ...cursor, source: 'short' },
    { ...cursor, time: '5' },
  ])('is not taken as %j', (json) => {
    expect(decodeEventsCursor(json)).toBeUndefined()
  })
})
