import type { Json } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ANSWER_LIMITS,
  decodeFromClient,
  decodeFromGateway,
  encodeFrame,
  type FrameLimits,
  HANDSHAKE_LIMITS,
  SESSION_LIMITS,
} from '../src/index.ts'

/** Time on a processor: how busy the machine is says nothing about the code. */
function processorMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1_000
}

const limits: FrameLimits = { maxBytes: 1_000, maxDepth: 4, maxValues: 20 }

function request(params: string): string {
  return `{"type":"req","id":"r1","method":"m","params":${params}}`
}

function codeOf(text: string, within: FrameLimits = limits): string {
  const decoded = decodeFromClient(text, within)
  return decoded.ok ? 'ok' : decoded.refusal.code
}

/** A request of exactly `bytes` bytes, filled with a character. */
function filled(bytes: number, character: string): string {
  const room = bytes - request('""').length
  const width = new TextEncoder().encode(character).length
  const text = request(JSON.stringify(character.repeat(Math.floor(room / width))))
  return text + ' '.repeat(bytes - new TextEncoder().encode(text).length)
}

describe('bytes', () => {
  it.each(['x', 'é', '€', '😀'])('counts %s as UTF-8', (character) => {
    expect(codeOf(filled(1_000, character))).toBe('ok')
    expect(codeOf(filled(1_001, character))).toBe('too-large')
  })

  it('takes 64 KiB before the client is known, and not one byte more', () => {
    expect(codeOf(filled(65_536, 'x'), HANDSHAKE_LIMITS)).toBe('ok')
    expect(codeOf(filled(65_537, 'x'), HANDSHAKE_LIMITS)).toBe('too-large')
    expect(codeOf(filled(65_537, 'x'), SESSION_LIMITS)).toBe('ok')
  })
})

describe('depth', () => {
  it('takes what is as deep as allowed, and nothing deeper', () => {
    expect(codeOf(request('[[[1]]]'))).toBe('ok')
    expect(codeOf(request('[[[[1]]]]'))).toBe('too-deep')
    expect(codeOf(request('{"a":{"b":{"c":{}}}}'))).toBe('too-deep')
  })

  it('measures before it parses: what is no JSON is too deep all the same', () => {
    expect(codeOf('[[[[')).toBe('not-json')
    expect(codeOf('[[[[[')).toBe('too-deep')
  })

  it('writes as deep as it reads', () => {
    const nested = (levels: number): Json => (levels === 0 ? 1 : [nested(levels - 1)])
    const write = (levels: number) =>
      encodeFrame({ type: 'event', event: 'x', payload: nested(levels) })
    expect(decodeFromGateway(write(63), SESSION_LIMITS)).toMatchObject({ ok: true })
    expect(() => write(64)).toThrow(expect.objectContaining({ fault: 'too-deep' }))
  })

  it('does not count brackets inside text', () => {
    expect(codeOf(request(String.raw`"[[[[[[{{{{\"[[[[\\"`))).toBe('ok')
    expect(codeOf(request(String.raw`["\\",[[[[]]]]]`))).toBe('too-deep')
  })

  it.each(['[', '{"a":', '[{"a":'])('is not impressed by a bomb of %s', (piece) => {
    const bomb = piece.repeat(4_000_000)
    const started = process.cpuUsage()
    expect(codeOf(bomb, SESSION_LIMITS)).toBe('too-deep')
    expect(codeOf(bomb, HANDSHAKE_LIMITS)).toBe('too-large')
    expect(processorMs(started)).toBeLessThan(500)
  })
})

describe('values', () => {
  it('takes as many as allowed, and not one more', () => {
    // The frame itself, its container and the list are six of the twenty.
    const list = (count: number) => request(`[${Array(count).fill(1).join()}]`)
    expect(codeOf(list(15))).toBe('ok')
    expect(codeOf(list(16))).toBe('too-many-values')
  })

  it('takes 10,000 from a client, and lists of all devices from a gateway', () => {
    const list = (count: number) => `[${Array(count).fill(1).join()}]`
    expect(codeOf(request(list(9_900)), SESSION_LIMITS)).toBe('ok')
    expect(codeOf(request(list(10_001)), SESSION_LIMITS)).toBe('too-many-values')
    const answer = (count: number) => `{"type":"res","id":"r","ok":true,"payload":${list(count)}}`
    expect(decodeFromGateway(answer(190_000), ANSWER_LIMITS)).toMatchObject({ ok: true })
    expect(decodeFromGateway(answer(200_001), ANSWER_LIMITS)).toMatchObject({ ok: false })
  })

  it.each([
    ['elements', (count: number) => `[${'0,'.repeat(count)}0]`],
    ['empty lists', (count: number) => `[${'[],'.repeat(count)}[]]`],
    ['keys', (count: number) => `{${'"a":1,'.repeat(count)}"a":1}`],
  ])('refuses a million %s before they become objects', (_, build) => {
    const text = request(build(1_000_000))
    const before = process.memoryUsage().heapUsed
    const started = process.cpuUsage()
    expect(codeOf(text, SESSION_LIMITS)).toBe('too-many-values')
    expect(processorMs(started)).toBeLessThan(500)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000)
  })

  it('reads the longest row of backslashes once', () => {
    const text = request(`"${String.raw`\\`.repeat(5_000_000)}"`)
    const quotes = request(`"${String.raw`\"`.repeat(5_000_000)}"`)
    const started = process.cpuUsage()
    expect(codeOf(text, SESSION_LIMITS)).toBe('ok')
    expect(codeOf(quotes, SESSION_LIMITS)).toBe('ok')
    expect(processorMs(started)).toBeLessThan(2_000)
  })
})

const runs = { numRuns: 2_000 }
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.json({ maxDepth: 8 }),
  fc.json().chain((text) => fc.nat(text.length).map((end) => text.slice(0, end))),
  fc.stringMatching(/^[[\]{}",:\\0-9a-z]*$/),
)

/** Frames that are almost right: known keys with any values. */
const almost = fc.record(
  {
    type: fc.oneof(fc.constantFrom('req', 'res', 'event'), fc.jsonValue()),
    id: fc.oneof(fc.string(), fc.jsonValue()),
    method: fc.oneof(fc.constantFrom('connect', 'health', '__proto__'), fc.jsonValue()),
    event: fc.oneof(fc.string(), fc.jsonValue()),
    ok: fc.oneof(fc.boolean(), fc.jsonValue()),
    params: fc.jsonValue(),
    payload: fc.jsonValue(),
    error: fc.oneof(fc.record({ code: fc.string(), message: fc.string() }), fc.jsonValue()),
    seq: fc.jsonValue(),
    surprise: fc.jsonValue(),
  },
  { requiredKeys: [] },
)

const id = fc.stringMatching(/^[a-z0-9-]{1,20}$/)
const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'))

/** Frames that are right. */
const right = fc.oneof(
  fc.record({ type: fc.constant('req'), id, method: id, params: json }),
  fc.record({ type: fc.constant('res'), id, ok: fc.constant(true), payload: json }),
  fc.record({
    type: fc.constant('res'),
    id,
    ok: fc.constant(false),
    error: fc.record({ code: id, message: fc.string({ unit: 'binary' }), details: json }),
  }),
  fc.record({ type: fc.constant('event'), event: id, payload: json, seq: fc.nat() }),
)

describe('any text whatsoever', () => {
  it.each([
    ['a client', decodeFromClient],
    ['a gateway', decodeFromGateway],
  ])('from %s is read or refused, never thrown at', (_, decode) => {
    const check = (text: string) => {
      const decoded = decode(text, limits)
      if (decoded.ok) return
      expect(decoded.refusal.message.length).toBeLessThanOrEqual(400)
    }
    fc.assert(fc.property(anyText, check), runs)
    fc.assert(
      fc.property(
        almost.map((frame) => JSON.stringify(frame)),
        check,
      ),
      runs,
    )
  })

  it('that is read is JSON, and written again means the same', () => {
    const check = (text: string) => {
      for (const decode of [decodeFromClient, decodeFromGateway]) {
        const decoded = decode(text, SESSION_LIMITS)
        if (!decoded.ok) continue
        const again = decode(encodeFrame(decoded.value), SESSION_LIMITS)
        expect(again).toEqual(decoded)
        expect(JSON.parse(encodeFrame(decoded.value))).toEqual(JSON.parse(text))
      }
    }
    const frames = fc.oneof(almost, right)
    fc.assert(
      fc.property(
        frames.map((frame) => JSON.stringify(frame)),
        check,
      ),
      runs,
    )
  })

  it('that is right is read', () => {
    fc.assert(
      fc.property(right, (frame) => {
        const decode = frame.type === 'req' ? decodeFromClient : decodeFromGateway
        const text = JSON.stringify(frame)
        expect(decode(text, SESSION_LIMITS)).toEqual({ ok: true, value: JSON.parse(text) })
      }),
      runs,
    )
  })

  it('of any type is refused where it is not text', () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        fc.pre(typeof message !== 'string')
        expect(decodeFromClient(message, limits)).toMatchObject({ refusal: { code: 'not-text' } })
      }),
    )
  })
})
