import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import {
  decodeEvent,
  decodeFromClient,
  decodeFromGateway,
  decodeParams,
  decodeResult,
  EVENT_NAMES,
  encodeFrame,
  type Frame,
  HANDSHAKE_LIMITS,
  isEventName,
  isMethodName,
} from '../src/index.ts'

interface Recorded {
  readonly recorded: string
  readonly from: 'client' | 'gateway'
  readonly of: string
  readonly frame: JsonObject
}

const lines = readFileSync(join(import.meta.dirname, 'fixtures/recorded.jsonl'), 'utf8').trim()
const recorded = lines.split('\n').map((line): Recorded => JSON.parse(line))

function decode({ from, frame }: Recorded): Frame {
  const text = JSON.stringify(frame)
  const decoded = (from === 'client' ? decodeFromClient : decodeFromGateway)(text, HANDSHAKE_LIMITS)
  if (!decoded.ok) throw new Error(`${decoded.refusal.code}: ${decoded.refusal.message}`)
  return decoded.value
}

/** What a frame carries, decoded by its method or event; an error carries nothing more. */
function content(frame: Frame, of: string): unknown {
  const decoded = decodedContent(frame, of)
  if (decoded?.ok === false) throw new Error(`${of}: ${decoded.refusal.message}`)
  return decoded?.value
}

function decodedContent(frame: Frame, of: string) {
  if (frame.type === 'event') return isEventName(of) ? decodeEvent(of, frame.payload) : undefined
  if (!isMethodName(of)) return undefined
  if (frame.type === 'req') return decodeParams(of, frame.params)
  return frame.ok ? decodeResult(of, frame.payload) : undefined
}

function carried({ frame }: Recorded): unknown {
  if (frame['type'] === 'req') return frame['params']
  return frame['ok'] === false ? undefined : frame['payload']
}

describe('recorded traffic of real clients and gateways', () => {
  it.each(recorded)('reads and writes $recorded: $of from the $from', (line) => {
    expect(JSON.parse(encodeFrame(decode(line)))).toEqual(line.frame)
  })

  it.each(recorded.filter((line) => !line.recorded.includes('extra-prop')))(
    'understands all of $recorded: $of from the $from',
    (line) => {
      expect(isMethodName(line.of) || isEventName(line.of)).toBe(true)
      expect(content(decode(line), line.of)).toEqual(carried(line))
    },
  )

  it('leaves out the key that nobody knows in a recorded connect', () => {
    const line = recorded.find((each) => each.recorded.includes('extra-prop'))
    if (line === undefined) throw new Error('not recorded')
    const params = { ...(line.frame['params'] as JsonObject) }
    const { surprise, ...known } = params
    expect(surprise).toBe(1)
    expect(content(decode(line), 'connect')).toEqual(known)
  })

  it('refuses each frame in the other direction', () => {
    for (const { from, frame } of recorded) {
      const other = from === 'client' ? decodeFromGateway : decodeFromClient
      const decoded = other(JSON.stringify(frame), HANDSHAKE_LIMITS)
      expect(decoded).toMatchObject({ ok: false, refusal: { code: 'not-a-frame' } })
    }
  })

  it('has every event that this package knows', () => {
    const seen = new Set(recorded.map(({ of }) => of))
    expect(EVENT_NAMES.filter((event) => !seen.has(event))).toEqual([])
  })
})
