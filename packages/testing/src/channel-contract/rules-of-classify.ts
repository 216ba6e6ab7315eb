import { type Inbound, isOpenClawError, type SenderId } from '@openclaw/pairing-contracts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChannelHarness } from './harness.ts'

const CHANNEL_NAME = /^[a-z][a-z0-9]{0,31}$/
/** Control characters and halves of pairs too. */
const anyCharacter = fc.nat({ max: 0x10ffff }).map((point) => String.fromCodePoint(point))
const PRINTABLE = /^\P{Cc}{1,256}$/u

/** What a channel makes of raw events and of typed ids, without a connection. */
export function rulesOfClassify<Raw>(harness: ChannelHarness<Raw>): void {
  describe('classify', () => {
    samples(harness)
    it('never throws and keeps its word on any JSON', () => {
      fc.assert(fc.property(fc.jsonValue(), (raw) => keepsItsWord(harness, raw as Raw)))
    })
    it('never throws and keeps its word on damaged events', () => {
      const known = [...harness.dms, ...harness.neverPairs].map(({ raw }) => raw)
      const damaged = fc
        .tuple(fc.constantFrom(...known), fc.nat(200), fc.jsonValue())
        .map(([raw, at, value]) => damage(raw, at, value))
      fc.assert(
        fc.property(damaged, (raw) => keepsItsWord(harness, raw as Raw)),
        { numRuns: 500 },
      )
    })
  })
  describe('sender ids', () => senderIds(harness))
}

function samples<Raw>(harness: ChannelHarness<Raw>): void {
  const { classify, account, definition } = harness
  it.each(harness.dms)('$name pairs', ({ raw, senderId, text }) => {
    const inbound = classify(raw, account)
    expect(inbound).toMatchObject({ kind: 'dm', senderId, text })
    expect(inbound).toMatchObject({ channel: definition.name, account })
    keepsItsWord(harness, raw)
  })
  it.each(harness.neverPairs)('$name never pairs', ({ raw }) => {
    const inbound = classify(raw, account)
    expect(inbound.kind).not.toBe('dm')
    if (inbound.kind === 'ignore') expect(inbound.why).not.toBe('')
  })
}

/** The same answer twice, from an event that cannot be changed, with fields that the gate can rely on. */
function keepsItsWord<Raw>({ classify, account, definition }: ChannelHarness<Raw>, raw: Raw): void {
  const frozen = deepFreeze(structuredClone(raw))
  const inbound: Inbound = classify(frozen, account)
  expect(classify(frozen, account)).toEqual(inbound)
  expect(['dm', 'group', 'ignore']).toContain(inbound.kind)
  if (inbound.kind !== 'dm') return
  expect(definition.parseSender(inbound.senderId)).toBe(inbound.senderId)
  for (const alias of inbound.aliases) expect(definition.parseSender(alias)).toBe(alias)
  // Or a number that passed on would make two people one.
  if (inbound.aliases.length > 0) expect(definition.lastingKind).toBeTypeOf('function')
  expect(inbound.replyTo).toMatch(/^.+$/su)
  expect(inbound.messageKey).toMatch(/^\P{Cc}{1,512}$/u)
  expect(Number.isSafeInteger(inbound.sentAt)).toBe(true)
  for (const value of Object.values(inbound.meta)) expect(typeof value).toBe('string')
}

function senderIds<Raw>({ definition, senders, notSenders }: ChannelHarness<Raw>): void {
  it('has a name that is safe in file names', () => {
    expect(definition.name).toMatch(CHANNEL_NAME)
  })
  it.each(senders)('reads %j as %j', (typed, senderId) => {
    expect(definition.parseSender(typed)).toBe(senderId)
    expect(definition.parseSender(senderId)).toBe(senderId)
    if (definition.idLine) expect(definition.idLine(senderId as SenderId)).toContain(senderId)
  })
  it.each([...notSenders, '', ' ', '*'])('refuses %j and says what is right', (typed) => {
    const error = thrownBy(() => definition.parseSender(typed))
    expect(isOpenClawError(error)).toBe(true)
    expect(isOpenClawError(error) && (error.hint ?? '')).not.toBe('')
  })
  it('answers any text with an id or a coded error', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 40 }), (typed) => {
        const error = thrownBy(() => {
          const id = definition.parseSender(typed)
          return definition.parseSender(id) === id && PRINTABLE.test(id)
        })
        return error === true || isOpenClawError(error)
      }),
    )
  })
}

/** What `work` throws, else what it returns. */
function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}

/** `raw` with its `at`-th node, counted depth first and round, replaced. */
function damage(raw: unknown, at: number, value: unknown): unknown {
  const copy = { root: structuredClone(raw) }
  const places: (readonly [holder: Record<string, unknown>, key: string])[] = []
  const visit = (holder: Record<string, unknown>): void => {
    for (const [key, part] of Object.entries(holder)) {
      places.push([holder, key])
      if (typeof part === 'object' && part !== null) visit(part as Record<string, unknown>)
    }
  }
  visit(copy)
  const place = places[at % places.length]
  if (place) place[0][place[1]] = value
  return copy.root
}
