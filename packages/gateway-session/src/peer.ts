import type { AdmittedDevice, DeviceRole } from '@openclaw/device-pairing'
import type { Actor } from '@openclaw/pairing-contracts'
import {
  CLOSES,
  type Close,
  type ConnectClient,
  type EventFrame,
  encodeFrame,
  type ResponseFrame,
  type WireError,
} from '@openclaw/pairing-protocol'
import type { SetupAnswer } from './arrival.ts'
import { type Backlog, isSlow, type Reader } from './backlog.ts'
import type { SessionCaps } from './limits.ts'
import type { ClosedBecause, RefusedBecause } from './notice.ts'
import type { Cancel } from './ports.ts'
import { type ConnectionState, isOpen, type Move, next } from './state.ts'

/** What a node said it can do; `commands` is what it may be asked: declared, granted and allowed. */
export interface NodeClaims {
  readonly caps: readonly string[]
  readonly declared: readonly string[]
  readonly granted: readonly string[]
  readonly commands: readonly string[]
  readonly pathEnv: string | undefined
  readonly permissions: Readonly<Record<string, boolean>> | undefined
}

/** Who a client is, once admitted. */
export interface Identity {
  readonly role: DeviceRole
  readonly scopes: readonly string[]
  readonly actor: Actor
  /** What it was admitted with; `undefined` without a device. */
  readonly device: AdmittedDevice | undefined
  readonly name: string | undefined
  readonly client: ConnectClient
  /** There when the role is node. */
  readonly node: NodeClaims | undefined
  readonly connectedAt: number
}

/** What a peer needs of the gateway that it is part of. */
export interface Desk {
  readonly caps: SessionCaps
  readonly backlog: Backlog<Peer>
  /** Takes it out of every list. Called once for each way a peer ends. */
  readonly left: (peer: Peer) => void
  readonly refused: (peer: Peer, because: RefusedBecause) => void
  readonly closed: (peer: Peer, because: ClosedBecause) => void
  /** A port threw, which it should not. */
  readonly failed: (peer: Peer, error: unknown) => void
}

/** One connection. */
export interface Peer extends Reader {
  readonly connId: string
  readonly nonce: string
  readonly desk: Desk
  state: ConnectionState
  identity: Identity | undefined
  /** Whose key signed, admitted or not. */
  signedBy: string | undefined
  /** What the setup code was worth that it showed; `undefined` where none was needed. */
  setup: SetupAnswer | undefined
  cancelDeadline: Cancel | undefined
  /** Events sent or dropped so far. */
  seq: number
  /** Requests that are not answered yet. */
  inFlight: number
  /** A request is being answered that ends this connection; until then nothing else ends it for that. */
  endsItself: boolean
}

/** Makes a move where it is one of this state. */
export function move(peer: Peer, made: Move): boolean {
  const to = next(peer.state, made)
  if (to === undefined) return false
  peer.state = to
  return true
}

/** Sends a text, or ends a peer that does not read. Nothing is sent once it has ended. */
export function sendText(peer: Peer, text: string): void {
  if (!isOpen(peer.state)) return
  try {
    if (isSlow(peer)) endSlow(peer)
    else {
      peer.connection.send(text)
      peer.desk.backlog.note(peer)
    }
  } catch (error) {
    peer.desk.failed(peer, error)
    gone(peer)
  }
}

/** Ends a peer that does not read; a goodbye would only wait behind the rest. */
export function endSlow(peer: Peer): void {
  if (peer.state === 'ready') end(peer, 'slow-consumer', CLOSES.slowConsumer)
  else refuse(peer, 'slow-consumer', { close: CLOSES.slowConsumer })
}

/** Sends a frame. */
export function sendFrame(peer: Peer, frame: ResponseFrame | EventFrame): void {
  if (isOpen(peer.state)) sendText(peer, encodeFrame(frame))
}

/** The answer to a request that was refused. */
export function errorFrame(id: string, error: WireError): ResponseFrame {
  return { type: 'res', id, ok: false, error }
}

/** Ends a peer that was not admitted, after what there is to say. */
export function refuse(
  peer: Peer,
  because: RefusedBecause,
  { close, answer }: { readonly close: Close; readonly answer?: ResponseFrame },
): void {
  if (next(peer.state, 'refuse') === undefined) return
  if (answer !== undefined) sendFrame(peer, answer)
  if (!move(peer, 'refuse')) return
  peer.desk.refused(peer, because)
  leave(peer, close)
}

/** Ends an admitted peer. */
export function end(peer: Peer, because: ClosedBecause, close: Close): void {
  if (!move(peer, 'end')) return
  peer.desk.closed(peer, because)
  leave(peer, close)
}

/** The socket is gone. */
export function gone(peer: Peer): void {
  const wasReady = peer.state === 'ready'
  if (!move(peer, 'gone')) return
  if (wasReady) peer.desk.closed(peer, 'gone')
  settle(peer)
}

function leave(peer: Peer, close: Close): void {
  const { connection } = peer
  settle(peer)
  try {
    if (close === CLOSES.slowConsumer && connection.cut !== undefined) connection.cut()
    else connection.close(close.code, close.reason)
  } catch (error) {
    peer.desk.failed(peer, error)
    gone(peer)
  }
}

function settle(peer: Peer): void {
  peer.cancelDeadline?.()
  peer.cancelDeadline = undefined
  peer.desk.backlog.leave(peer)
  peer.desk.left(peer)
}
