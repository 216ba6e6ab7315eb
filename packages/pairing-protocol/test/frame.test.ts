import { describe, expect, it } from 'vitest'
import {
  type Decoded,
  decodeFromClient,
  decodeFromGateway,
  encodeFrame,
  type Frame,
  type FrameLimits,
  FrameNotEncodable,
  HANDSHAKE_LIMITS,
  SESSION_LIMITS,
} from '../src/index.ts'

const request = { type: 'req', id: 'r1', method: 'health' }
const failure = { type: 'res', id: 'r1', ok: false, error: { code: 'UNAVAILABLE', message: 'no' } }

type Decode = (message: unknown, limits: FrameLimits) => Decoded<Frame>

function codeOf(body: unknown, decode: Decode = decodeFromClient): string {
  const decoded = decode(JSON.stringify(body), SESSION_LIMITS)
  return decoded.ok ? 'ok' : decoded.refusal.code
}

describe('a frame from a client', () => {
  it.each([
    ['a plain request', request, 'ok'],
    ['one with parameters of any kind', { ...request, params: [1, null, 'x'] }, 'ok'],
    [
      'a trace and an expected profile',
      { ...request, traceparent: '00-a', expectedProfileId: 'p' },
      'ok',
    ],
    ['an unknown member', { ...request, surprise: 1 }, 'invalid-frame'],
    ['no id', { type: 'req', method: 'health' }, 'invalid-frame'],
    ['an empty id', { ...request, id: '' }, 'invalid-frame'],
    ['a blank id', { ...request, id: '  ' }, 'invalid-frame'],
    ['an id of a number', { ...request, id: 7 }, 'invalid-frame'],
    ['an id of 128 characters', { ...request, id: 'i'.repeat(128) }, 'ok'],
    ['an id of 129 characters', { ...request, id: 'i'.repeat(129) }, 'invalid-frame'],
    ['an id with a line break', { ...request, id: 'a\nb' }, 'invalid-frame'],
    ['an id with half a character', { ...request, id: 'a\ud800' }, 'invalid-frame'],
    ['no method', { type: 'req', id: 'r1' }, 'invalid-frame'],
    ['a list', [request], 'not-a-frame'],
    ['null', null, 'not-a-frame'],
    ['a text', 'req', 'not-a-frame'],
    ['a number', 1, 'not-a-frame'],
    ['no type', { id: 'r1', method: 'health' }, 'not-a-frame'],
    ['another type', { ...request, type: 'request' }, 'not-a-frame'],
    ['an event', { type: 'event', event: 'tick' }, 'not-a-frame'],
  ])('%s', (_, body, expected) => {
    expect(codeOf(body)).toBe(expected)
  })

  it('names the request in a refusal, so that the answer can', () => {
    const decoded = decodeFromClient(JSON.stringify({ ...request, surprise: 1 }), SESSION_LIMITS)
    expect(decoded).toMatchObject({ refusal: { frameId: 'r1' } })
    const nameless = decodeFromClient(
      JSON.stringify({ ...request, id: 'x'.repeat(999) }),
      SESSION_LIMITS,
    )
    expect(nameless).not.toHaveProperty('refusal.frameId')
  })

  it('says where and what, but never a value', () => {
    const decoded = decodeFromClient(
      '{"type":"req","id":"secret-1","method":["secret-2"]}',
      SESSION_LIMITS,
    )
    if (decoded.ok) throw new Error('was read')
    expect(decoded.refusal.message).toContain('method')
    expect(decoded.refusal.message).not.toContain('secret')
  })
})

describe('a frame from a gateway', () => {
  it.each([
    ['a result', { type: 'res', id: 'r1', ok: true, payload: [] }, 'ok'],
    ['a result without payload', { type: 'res', id: 'r1', ok: true }, 'ok'],
    ['an error', failure, 'ok'],
    [
      'an error with all members',
      { ...failure, error: { ...failure.error, details: null, retryable: true, retryAfterMs: 5 } },
      'ok',
    ],
    ['an error of a code from tomorrow', { ...failure, error: { code: 'NEW', message: '' } }, 'ok'],
    [
      'an event',
      {
        type: 'event',
        event: 'tick',
        payload: { ts: 1 },
        seq: 4,
        stateVersion: { presence: 1, health: 2 },
      },
      'ok',
    ],
    ['an event for a profile', { type: 'event', event: 'x', recipientProfileId: 'p' }, 'ok'],
    ['an error without error', { type: 'res', id: 'r1', ok: false }, 'invalid-frame'],
    ['a result with an error', { ...failure, ok: true }, 'invalid-frame'],
    ['no verdict', { type: 'res', id: 'r1' }, 'invalid-frame'],
    ['a verdict of a text', { type: 'res', id: 'r1', ok: 'true' }, 'invalid-frame'],
    [
      'an unknown member of the error',
      { ...failure, error: { ...failure.error, stack: '' } },
      'invalid-frame',
    ],
    [
      'a negative wait',
      { ...failure, error: { ...failure.error, retryAfterMs: -1 } },
      'invalid-frame',
    ],
    ['a broken sequence', { type: 'event', event: 'tick', seq: 1.5 }, 'invalid-frame'],
    ['an unknown member of an event', { type: 'event', event: 'tick', to: 'you' }, 'invalid-frame'],
    ['a request', request, 'not-a-frame'],
  ])('%s', (_, body, expected) => {
    expect(codeOf(body, decodeFromGateway)).toBe(expected)
  })
})

describe('what is no text of JSON', () => {
  it.each([
    ['bytes', new TextEncoder().encode(JSON.stringify(request)), 'not-text'],
    ['a buffer', Buffer.from(JSON.stringify(request)), 'not-text'],
    ['nothing', undefined, 'not-text'],
    ['an object', request, 'not-text'],
    ['an empty text', '', 'not-json'],
    ['half a frame', '{"type":"req","id":"r1"', 'not-json'],
    ['an open string', '{"type":"req', 'not-json'],
    ['two frames', '{}{}', 'not-json'],
    ['NaN', '{"type":"req","id":"r1","method":"m","params":NaN}', 'not-json'],
    ['a comment', '{} // x', 'not-json'],
    [
      'more than a double holds',
      '{"type":"req","id":"r1","method":"m","params":[1e999]}',
      'number-out-of-range',
    ],
    [
      'less than a double holds',
      '{"type":"req","id":"r1","method":"m","params":-1e999}',
      'number-out-of-range',
    ],
    ['only such a number', '1e999', 'number-out-of-range'],
    [
      'a prototype',
      '{"type":"req","id":"r1","method":"m","__proto__":{"ok":true}}',
      'forbidden-key',
    ],
    [
      'a prototype within',
      '{"type":"req","id":"r1","method":"m","params":[{"a":{"__proto__":1}}]}',
      'forbidden-key',
    ],
    [
      'a prototype in disguise',
      String.raw`{"type":"req","id":"r1","method":"m","params":{"\u005f_proto__":1}}`,
      'forbidden-key',
    ],
  ])('%s', (_, message, expected) => {
    const decoded = decodeFromClient(message, HANDSHAKE_LIMITS)
    expect(decoded).toMatchObject({ ok: false, refusal: { code: expected } })
  })

  it('leaves prototypes alone', () => {
    decodeFromClient(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      SESSION_LIMITS,
    )
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('writing', () => {
  it('leaves out what is not set, and keeps half characters', () => {
    const params = { text: 'cut \ud83d' }
    const text = encodeFrame({ type: 'req', id: 'r1', method: 'm', params })
    expect(decodeFromClient(text, SESSION_LIMITS)).toEqual({
      ok: true,
      value: { type: 'req', id: 'r1', method: 'm', params },
    })
  })

  const circle: { self?: unknown } = {}
  circle.self = circle
  it.each([
    ['a number that is none', { ts: Number.NaN }, 'number-out-of-range'],
    ['infinity', [Number.POSITIVE_INFINITY], 'number-out-of-range'],
    ['a circle', circle, 'too-deep'],
    ['a prototype', JSON.parse('{"__proto__":1}'), 'forbidden-key'],
    ['a big integer', { n: 1n }, 'not-json'],
  ])('refuses %s', (_, payload, fault) => {
    const write = () => encodeFrame({ type: 'event', event: 'x', payload } as Frame)
    expect(write).toThrow(FrameNotEncodable)
    expect(write).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', fault }))
  })
})
