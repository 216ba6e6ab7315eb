import { CLOSES } from '@openclaw/pairing-protocol'
import { allowanceOf } from './allowance.ts'
import { connect } from './connect.ts'
import { dispatch } from './dispatch.ts'
import { isLocal } from './facts.ts'
import { readFirst } from './handshake.ts'
import type { Hub } from './hub.ts'
import type { MethodTable } from './methods/table.ts'
import { type Desk, errorFrame, gone, move, type Peer, refuse, sendFrame } from './peer.ts'
import type { Connection } from './ports.ts'
import { isOpen } from './state.ts'
import { drawTwoUuids } from './uuid.ts'

/** One connection, as its socket sees it. None ever throws. */
export interface Session {
  /** A message came: text, or the bytes of a binary one. */
  readonly message: (data: string | Uint8Array) => void
  /** Something that waited was passed on to the client. */
  readonly drained: () => void
  /** The socket is gone, whoever closed it. */
  readonly closed: () => void
}

/** What a new connection needs. */
export interface OpenParts {
  readonly hub: Hub
  readonly desk: Desk
  readonly table: MethodTable
}

/** Too many connections that have not said who they are; clients try again by themselves. */
const CROWDED = { code: 1013, reason: 'too many connections are waiting: try again later' }

/** Challenges a new connection, or turns it away where there is no room. */
export function openSession({ hub, desk, table }: OpenParts, connection: Connection): Session {
  const [connId, nonce] = drawTwoUuids(hub.components.random)
  const peer: Peer = {
    connId,
    nonce,
    connection,
    desk,
    state: 'challenge',
    identity: undefined,
    signedBy: undefined,
    setup: undefined,
    cancelDeadline: undefined,
    seq: 0,
    inFlight: 0,
    endsItself: false,
    isPaused: false,
    maxBufferedBytes: () => allowanceOf(peer.identity, hub.caps).maxBufferedBytes,
  }
  if (makesRoom(hub, peer)) challenge(hub, peer)
  return {
    message: (data) => receive({ hub, desk, table }, peer, data),
    drained: () => {
      if (isOpen(peer.state)) desk.backlog.note(peer)
    },
    closed: () => gone(peer),
  }
}

function makesRoom(hub: Hub, peer: Peer): boolean {
  const because = 'too-many-half-open'
  const { facts } = peer.connection
  // Nobody keeps the owner's own programs out.
  if (isLocal(facts)) return true
  const inTheWay = hub.halfOpen.room(facts.limitKey)
  if (inTheWay === 'full') refuse(peer, because, { close: CROWDED })
  else if (inTheWay !== undefined) refuse(inTheWay, because, { close: CROWDED })
  return inTheWay !== 'full'
}

function challenge(hub: Hub, peer: Peer): void {
  const { clock, timers } = hub.components
  hub.halfOpen.enter(peer)
  peer.cancelDeadline = timers.after(hub.caps.handshakeTimeoutMs, () =>
    refuse(peer, 'handshake-timeout', { close: CLOSES.silent }),
  )
  const payload = { nonce: peer.nonce, ts: clock.now() }
  sendFrame(peer, { type: 'event', event: 'connect.challenge', payload })
}

function receive({ hub, table }: OpenParts, peer: Peer, message: unknown): void {
  const { identity, connection } = peer
  if (!isOpen(peer.state)) return
  if (peer.state === 'ready') {
    if (identity !== undefined) dispatch(hub, table, { peer, identity, message })
    return
  }
  const first = readFirst(message, connection.facts, hub.options.allowedOrigins ?? [])
  if (first.ok && move(peer, 'connect')) {
    hub.halfOpen.spoke(peer)
    void connect(hub, peer, { connecting: first.connect, table })
  } else refuseFirst(peer, first)
}

/** Whoever says more before they are answered is no client: they are turned away as well. */
function refuseFirst(peer: Peer, first: ReturnType<typeof readFirst>): void {
  const close = CLOSES.invalidFrame
  if (first.ok) {
    refuse(peer, 'CONNECT_REPEATED', { close })
    return
  }
  const { because, answer, close: end } = first.refusal
  refuse(peer, because, {
    close: end,
    ...(answer === undefined ? {} : { answer: errorFrame(answer.frameId, answer.error) }),
  })
}
