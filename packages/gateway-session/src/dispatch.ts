import type { Json } from '@openclaw/pairing-contracts'
import {
  decodeFromClient,
  FrameNotEncodable,
  REFUSALS,
  type Refusal,
  type RequestFrame,
  type ResponseFrame,
  SESSION_LIMITS,
  type WireError,
  wireError,
} from '@openclaw/pairing-protocol'
import { allowanceOf } from './allowance.ts'
import { barredBy } from './barred.ts'
import type { Hub } from './hub.ts'
import { MAX_IN_FLIGHT } from './limits.ts'
import type { MethodRow, Reply } from './methods/method.ts'
import { findMethod, type MethodTable } from './methods/table.ts'
import { end, errorFrame, type Identity, type Peer, sendFrame } from './peer.ts'
import type { Look } from './standings.ts'
import { unavailable } from './unavailable.ts'

/** Where the id of a request could not be read, existing clients see this one. */
const NO_ID = 'invalid'

/** Reads a message of an admitted client and answers it. Never throws. */
export function dispatch(hub: Hub, table: MethodTable, given: Given): void {
  const { peer, message } = given
  const maxBytes = allowanceOf(given.identity, hub.caps).maxMessageBytes
  const frame = decodeFromClient(message, { ...SESSION_LIMITS, maxBytes })
  if (frame.ok) call(hub, table, { ...given, frame: frame.value })
  else unreadable(peer, frame.refusal)
}

/** A message and who sent it. */
export interface Given {
  readonly peer: Peer
  readonly identity: Identity
  readonly message: unknown
}

function unreadable(peer: Peer, { code, frameId, message }: Refusal): void {
  const what = REFUSALS[code].session
  if (what === 'ignore') return
  if (what === 'answer') {
    const error = wireError('FRAME_INVALID', { about: message })
    send(peer, errorFrame(frameId ?? NO_ID, error))
  } else end(peer, code === 'not-text' ? 'not-text' : 'too-large', what)
}

function call(
  hub: Hub,
  table: MethodTable,
  { peer, identity, frame }: Given & { readonly frame: RequestFrame },
): void {
  const row = findMethod(table, identity, frame.method)
  const error = 'error' in row ? row.error : busy(hub, peer)
  if (error !== undefined) send(peer, errorFrame(frame.id, error))
  else if ('run' in row) {
    peer.inFlight += 1
    hub.work.begin(reply(hub, row, { peer, identity, frame }))
  }
}

function busy({ work }: Hub, { inFlight }: Peer): WireError | undefined {
  if (work.isStopping()) return wireError('SHUTTING_DOWN')
  return inFlight < MAX_IN_FLIGHT ? undefined : wireError('RATE_LIMITED', { retryAfterMs: 1_000 })
}

/** Never rejects. */
async function reply(hub: Hub, row: MethodRow, asked: Asked): Promise<void> {
  const { peer, frame } = asked
  const look = lookAt(hub, row, asked)
  const barred = barredBy(hub, peer, look ?? (await hub.standings.soon(asked.identity.device)))
  const said = barred ?? (await replyOf(hub, row, asked))
  peer.inFlight -= 1
  send(peer, said.ok ? resultFrame(frame.id, said.payload) : errorFrame(frame.id, said.error))
  try {
    if (said.ok) said.afterwards?.()
    if (peer.endsItself) endedItself(hub, peer)
  } catch (error) {
    hub.components.onNotice?.({ what: 'failed', connId: peer.connId, error })
  }
}

/** `health` says nothing of which anybody's access could be revoked, and is how a client learns that its gateway lives. */
function lookAt({ standings }: Hub, row: MethodRow, { identity }: Asked): Look {
  return standings.of(row.name === 'health' ? undefined : identity.device)
}

/** Also where it was refused: what was put off meanwhile is looked at now. */
function endedItself(hub: Hub, peer: Peer): void {
  peer.endsItself = false
  hub.recheck(peer.identity?.device?.deviceId)
}

interface Asked {
  readonly peer: Peer
  readonly identity: Identity
  readonly frame: RequestFrame
}

/** Runs a method; a store that cannot be read or written is an answer like any other. */
async function replyOf(hub: Hub, row: MethodRow, { peer, identity, frame }: Asked): Promise<Reply> {
  try {
    return await row.run({ hub, peer, identity }, frame.params)
  } catch (error) {
    hub.components.onNotice?.({ what: 'failed', connId: peer.connId, error })
    return { ok: false, error: unavailable(error) }
  }
}

function resultFrame(id: string, payload: Json): ResponseFrame {
  return { type: 'res', id, ok: true, payload }
}

/** What a node said may be nested too deeply to be passed on inside another frame. */
function send(peer: Peer, frame: ResponseFrame): void {
  try {
    sendFrame(peer, frame)
  } catch (error) {
    if (!(error instanceof FrameNotEncodable)) throw error
    const about = 'what it answered cannot be passed on'
    sendFrame(peer, errorFrame(frame.id, wireError('NODE_FAILED', { about })))
  }
}
