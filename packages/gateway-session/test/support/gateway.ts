import { createHash, timingSafeEqual } from 'node:crypto'
import type { Json } from '@openclaw/pairing-contracts'
import {
  ANSWER_LIMITS,
  type ConnectParams,
  decodeFromGateway,
  type EventFrame,
  type HelloOk,
  type ResponseFrame,
  type WireError,
} from '@openclaw/pairing-protocol'
import { type FixedClock, fixedClock, pause, seededRandom } from '@openclaw/pairing-testing'
import {
  type ConnectionFacts,
  type GatewaySessions,
  gatewaySessions,
  type Session,
  type SessionComponents,
  type SessionNotice,
  type SessionOptions,
} from '../../src/index.ts'
import { type Ask, signedParams, type TestDevice } from './device.ts'
import { type FakeDoor, fakeDoor } from './door.ts'
import { type FakeTimers, fakeTimers, settled } from './timers.ts'

export const SECRET = 'shared-secret-of-a-test-4f1c'

/** One socket and everything that was said on it. */
export interface Socket {
  readonly session: Session
  readonly sent: string[]
  readonly frames: () => readonly (ResponseFrame | EventFrame)[]
  readonly closes: { readonly code: number; readonly reason: string }[]
  readonly nonce: () => string
  readonly events: (name?: string) => readonly EventFrame[]
  readonly admitted: () => number
  /** Whether it is read from. */
  readonly isRead: () => boolean
  /** What `bufferedBytes` answers from now on. */
  readonly buffer: (bytes: number, frames?: number) => void
  readonly say: (message: unknown) => void
  readonly call: (method: string, params?: Json) => Promise<ResponseFrame>
  /** Says connect and waits for the answer. */
  readonly connect: (params: ConnectParams) => Promise<ResponseFrame>
  /** Signs and connects. */
  readonly as: (device: TestDevice, ask?: Ask) => Promise<ResponseFrame>
}

export interface TestGateway {
  readonly sessions: GatewaySessions
  readonly door: FakeDoor
  readonly clock: FixedClock
  readonly timers: FakeTimers
  readonly notices: SessionNotice[]
  readonly socket: (facts?: Partial<ConnectionFacts>) => Socket
  /** Everything that was ever sent, on all sockets. */
  readonly said: () => string
}

const FACTS: ConnectionFacts = {
  address: '203.0.113.9',
  limitKey: '203.0.113.9',
  host: 'gateway.example:18789',
  origin: undefined,
  forwarded: false,
  local: false,
}

export function testGateway(
  given: {
    readonly components?: Partial<SessionComponents>
    readonly options?: Partial<SessionOptions>
    readonly clock?: FixedClock
    readonly door?: FakeDoor
  } = {},
): TestGateway {
  const clock = given.clock ?? fixedClock()
  const timers = fakeTimers(clock)
  const door = given.door ?? fakeDoor(clock)
  const notices: SessionNotice[] = []
  const sockets: Socket[] = []
  const sessions = gatewaySessions(
    {
      devices: door,
      clock,
      timers,
      random: seededRandom(7),
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
      sameSecret,
      sharedSecret: () => ({ kind: 'token', secret: SECRET }),
      onNotice: (notice) => void notices.push(notice),
      ...given.components,
    },
    { version: '1.2.3', ...given.options },
  )
  return {
    sessions,
    door,
    clock,
    timers,
    notices,
    socket: (facts = {}) => {
      const made = openSocket(sessions, { ...FACTS, ...facts }, clock)
      sockets.push(made)
      return made
    },
    said: () => sockets.flatMap(({ sent }) => sent).join('\n'),
  }
}

export function sameSecret(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(one), hash(other))
}

function openSocket(sessions: GatewaySessions, facts: ConnectionFacts, clock: FixedClock): Socket {
  const sent: string[] = []
  const closes: { code: number; reason: string }[] = []
  let admitted = 0
  let buffered = 0
  let bufferedFrames = 0
  let isRead = true
  let serial = 0
  const read: (ResponseFrame | EventFrame)[] = []
  const frames = () => {
    for (const text of sent.slice(read.length)) read.push(decoded(text))
    return read
  }
  const session: Session = sessions.open({
    facts,
    send: (text) => {
      if (closes.length > 0) throw new Error('sent after close')
      sent.push(text)
    },
    close: (code, reason) => {
      if (closes.length > 0) throw new Error('closed twice')
      closes.push({ code, reason })
    },
    bufferedBytes: () => buffered,
    bufferedFrames: () => bufferedFrames,
    pause: () => {
      isRead = false
    },
    resume: () => {
      isRead = true
    },
    admitted: () => {
      admitted += 1
    },
  })
  const answerTo = async (id: string) => {
    // what comes by way of other gateways takes its time
    const patience = performance.now() + 15_000
    for (let round = 0; round < 100 || performance.now() < patience; round += 1) {
      const answer = frames().find((each) => each.type === 'res' && each.id === id)
      if (answer !== undefined) return answer as ResponseFrame
      if (closes.length > 0 && round >= 100) break
      await (round < 100 ? settled() : pause(2))
    }
    throw new Error(`no answer to ${id}: ${JSON.stringify(closes)}`)
  }
  const request = (method: string, params: unknown) => {
    serial += 1
    const id = `r${String(serial)}`
    session.message(JSON.stringify({ type: 'req', id, method, params }))
    return answerTo(id)
  }
  const nonceOf = () => {
    const [first] = frames()
    const payload = first?.type === 'event' ? (first.payload as { readonly nonce?: string }) : {}
    return payload.nonce ?? ''
  }
  const socket: Socket = {
    session,
    sent,
    frames,
    closes,
    nonce: nonceOf,
    admitted: () => admitted,
    isRead: () => isRead,
    buffer: (bytes, frames = 0) => {
      buffered = bytes
      bufferedFrames = frames
    },
    events: (name) =>
      frames().filter(
        (each): each is EventFrame =>
          each.type === 'event' && (name === undefined || each.event === name),
      ),
    say: (message) =>
      session.message(typeof message === 'string' ? message : JSON.stringify(message)),
    call: request,
    connect: (params) => request('connect', params),
    as: (device, ask = {}) =>
      request('connect', signedParams(device, nonceOf(), { signedAt: clock.now(), ...ask })),
  }
  return socket
}

function decoded(text: string): ResponseFrame | EventFrame {
  const frame = decodeFromGateway(text, ANSWER_LIMITS)
  if (!frame.ok) throw new Error(`${frame.refusal.message}: ${text.slice(0, 200)}`)
  return frame.value
}

/** The hello of an answer. */
export function helloOf(answer: ResponseFrame): HelloOk {
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  return answer.payload as unknown as HelloOk
}

/** The result of an answer. */
export function resultOf<T = Record<string, Json>>(answer: ResponseFrame): T {
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  return answer.payload as unknown as T
}

/** The error of an answer. */
export function errorOf(answer: ResponseFrame): WireError {
  if (answer.ok) throw new Error('expected a refusal')
  return answer.error
}

/** `details.code` of an answer. */
export function codeOf(answer: ResponseFrame): unknown {
  const { details } = errorOf(answer)
  return (details as { readonly code?: unknown } | undefined)?.code
}
