import type { Json } from '@openclaw/pairing-contracts'
import { decodeFromGateway } from '../decode-frame.ts'
import { decodeResult } from '../decode-method.ts'
import { encodeFrame } from '../encode-frame.ts'
import type { EventFrame, ResponseFrame } from '../frame.ts'
import { ANSWER_LIMITS } from '../limits.ts'
import type { MethodName, ParamsOf, ResultOf } from '../methods.ts'
import { systemPorts } from '../node/system-ports.ts'
import { fingerprintOf } from './client-parts.ts'
import { type ConnectPhase, ConnectTimedOut, GatewayUnreachable } from './errors.ts'
import { CONNECT_ID, handshakeStep } from './handshake.ts'
import { REQUEST_TIMEOUT_MS } from './limits.ts'
import type { ClientPorts } from './ports.ts'
import { GatewayRefused, NoAnswer } from './request-errors.ts'
import { openSocket, type Socket, type SocketEnd } from './socket.ts'

/** The gateway that runs on this machine, as its `gateway.runtime.json` names it. */
export interface LocalGateway {
  /** Such as `ws://127.0.0.1:18789`; `wss://` where `fingerprint` is given. */
  readonly url: string
  /** Proves that whoever has it can read the state directory. */
  readonly secret: string
  /** SHA-256 of its certificate, where it speaks TLS: that one is trusted and no other, and nothing is sent before. */
  readonly fingerprint?: string
  /** Milliseconds for everything together; 30 s unless given. */
  readonly timeoutMs?: number
}

const ASK_ID = 'ask'

/** How a program of this machine presents itself: as its owner, without a device. */
const CONNECT = {
  minProtocol: 3,
  maxProtocol: 4,
  client: { id: 'cli', version: 'local', platform: process.platform, mode: 'cli' },
  role: 'operator',
  scopes: ['operator.admin'],
}

/**
 * Asks the gateway of this machine one thing, as whoever owns its state directory. No pairing, no device, no second try.
 *
 * @throws `ClientOptionsInvalid` for a fingerprint that is none, or without `wss://`
 * @throws `GatewayUnreachable`, `FingerprintMismatch`, `ConnectTimedOut` (nothing was asked), `GatewayRefused`, `NoAnswer` (it may have been done)
 */
export function askLocalGateway<M extends MethodName>(
  gateway: LocalGateway,
  ask: { readonly method: M; readonly params: ParamsOf<M> },
  { timers }: Pick<ClientPorts, 'timers'> = systemPorts,
): Promise<ResultOf<M>> {
  const { url, secret, timeoutMs = REQUEST_TIMEOUT_MS } = gateway
  return new Promise<ResultOf<M>>((resolve, reject) => {
    const fingerprint = fingerprintOf(gateway.fingerprint, url.startsWith('wss:'))
    const conversation = converse(ask, { resolve, reject })
    const headers = { authorization: `Bearer ${secret}` }
    const socket = openSocket(
      { href: url, fingerprint, headers },
      {
        open: () => {},
        heard: () => {},
        message: (message) => conversation.hear(message, socket),
        end: (end) => settled(() => conversation.ended(end)),
      },
      timers,
    )
    const late = timers.after(timeoutMs, () => conversation.late())
    let over = false
    const settled = (tell: () => void): void => {
      if (over) return
      over = true
      late()
      tell()
      void socket.close({ code: 1000, reason: '' })
    }
    conversation.onEnd(() => settled(() => {}))
  })
}

interface Outcome<R> {
  readonly resolve: (result: R) => void
  readonly reject: (error: Error) => void
}

interface Conversation {
  readonly hear: (message: unknown, socket: Socket) => void
  readonly ended: (end: SocketEnd) => void
  readonly late: () => void
  readonly onEnd: (end: () => void) => void
}

/** Challenge, connect, ask: each answer leads to the next word. */
function converse<M extends MethodName>(
  { method, params }: { readonly method: M; readonly params: ParamsOf<M> },
  outcome: Outcome<ResultOf<M>>,
): Conversation {
  let phase: Phase = 'challenge'
  let end = (): void => {}
  const finish = (result: Finish<ResultOf<M>>): void => {
    if ('error' in result) outcome.reject(result.error)
    else outcome.resolve(result.value)
    end()
  }
  const hear = (message: unknown, socket: Socket): void => {
    const frame = decodeFromGateway(message, ANSWER_LIMITS)
    if (!frame.ok) finish({ error: new GatewayUnreachable(frame.refusal.message) })
    else if (phase === 'asked') {
      if (frame.value.type === 'res' && frame.value.id === ASK_ID)
        finish(resultOf(method, frame.value))
    } else {
      const next = nextWord(phase, frame.value)
      if (next === undefined) return
      if (typeof next !== 'string') {
        finish(next)
        return
      }
      phase = next
      const [id, said, what] =
        next === 'hello' ? [CONNECT_ID, 'connect', CONNECT] : [ASK_ID, method, params]
      socket.send(encodeFrame({ type: 'req', id, method: said, params: what as unknown as Json }))
    }
  }
  return {
    hear,
    ended: ({ problem, reason }) => {
      if (phase === 'asked') outcome.reject(new NoAnswer(method, 'connection-lost', problem))
      else outcome.reject(problem ?? new GatewayUnreachable(reason))
    },
    late: () =>
      finish({
        error: phase === 'asked' ? new NoAnswer(method, 'timeout') : new ConnectTimedOut(phase),
      }),
    onEnd: (told) => {
      end = told
    },
  }
}

type Phase = ConnectPhase | 'asked'
type Finish<R> = { readonly error: Error } | { readonly value: R }

/** What is said next: `connect`, or what is asked; or what went wrong. */
function nextWord(
  phase: ConnectPhase,
  frame: ResponseFrame | EventFrame,
): 'hello' | 'asked' | { readonly error: Error } | undefined {
  const step = handshakeStep(phase === 'challenge' ? 'challenge' : 'hello', frame)
  if (step.step === 'refused') return { error: new GatewayRefused(step.error) }
  if (step.step === 'give-up') return { error: new GatewayUnreachable(step.why) }
  if (step.step === 'ignore') return undefined
  return step.step === 'connect' ? 'hello' : 'asked'
}

function resultOf<M extends MethodName>(method: M, frame: ResponseFrame): Finish<ResultOf<M>> {
  if (!frame.ok) return { error: new GatewayRefused(frame.error) }
  const result = decodeResult(method, frame.payload)
  return result.ok ? { value: result.value } : { error: new NoAnswer(method, 'unreadable') }
}
