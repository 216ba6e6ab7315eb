import type { Actor, Json } from '@openclaw/pairing-contracts'
import { type HelloOk, type WireError, wireError } from '@openclaw/pairing-protocol'
import { decideConnect } from './admission.ts'
import { allowanceOf } from './allowance.ts'
import { type Connecting, handshakeRefusal } from './handshake.ts'
import { helloOk } from './hello.ts'
import type { Hub } from './hub.ts'
import { ownerOf } from './live.ts'
import { requestView } from './methods/device-view.ts'
import type { MethodTable } from './methods/table.ts'
import { isCommandAllowed } from './nodes/policy.ts'
import type { RefusedBecause } from './notice.ts'
import {
  end,
  errorFrame,
  type Identity,
  move,
  type NodeClaims,
  type Peer,
  refuse,
  sendFrame,
} from './peer.ts'
import { unavailable } from './unavailable.ts'
import { lost, no, type Verdict } from './verdict.ts'

/** Decides about a `connect` and says so. Never rejects. */
export async function connect(
  hub: Hub,
  peer: Peer,
  { connecting, table }: { readonly connecting: Connecting; readonly table: MethodTable },
): Promise<void> {
  const { components, attempts } = hub
  const { nonce, connection } = peer
  const { maxWaiting } = hub.options
  const { facts } = connection
  const given = { connect: connecting, nonce, facts, components, attempts, maxWaiting }
  try {
    const verdict = await decideConnect(given)
    peer.signedBy = verdict.ok ? verdict.admitted?.device.deviceId : verdict.deviceId
    tellOfRequest(hub, peer, verdict)
    peer.setup = verdict.setup
    if (verdict.setup !== undefined) hub.counter.setupCode(verdict.setup)
    // It may be over: timed out, gone, or the gateway stops.
    if (peer.state === 'connecting') settle(hub, peer, { connecting, verdict, table })
  } catch (error) {
    components.onNotice?.({ what: 'failed', connId: peer.connId, error })
    turnAway(peer, connecting, { error: unavailable(error), because: 'STORE_UNAVAILABLE' })
    // It may have been let in and never have heard so.
    end(peer, 'failed', { code: 1013, reason: 'try again later' })
  }
}

/** The request of this connect, where there is one: it has to wait, or it is in and asks for more. */
function tellOfRequest({ events, components }: Hub, peer: Peer, verdict: Verdict): void {
  const asks = verdict.ok ? verdict.admitted?.asks : verdict.waiting
  if (asks === undefined) return
  const { request } = asks
  if (asks.created) events.publish('device.pair.requested', () => requestView(request))
  const { requestId, deviceId, role, description } = request
  const { connId, connection } = peer
  const { address } = connection.facts
  const name = description.displayName
  components.onNotice?.({ what: 'waits', connId, address, deviceId, requestId, role, name })
}

interface Settled {
  readonly connecting: Connecting
  readonly verdict: Verdict
  readonly table: MethodTable
}

function settle(hub: Hub, peer: Peer, settled: Settled): void {
  const { connecting } = settled
  const verdict = settled.verdict.ok ? stillHolds(hub, settled.verdict) : settled.verdict
  if (!verdict.ok) turnAway(peer, connecting, { error: verdict.error, because: verdict.code })
  else if (isCrowded(hub, peer, verdict)) {
    const error = wireError('RATE_LIMITED', { about: 'too many connections', retryAfterMs: 1_000 })
    turnAway(peer, connecting, { error, because: 'too-many-connections' })
  } else enter(hub, peer, { ...settled, verdict })
}

function isCrowded({ live, caps }: Hub, { connection }: Peer, { admitted }: Accepted): boolean {
  const owner = ownerOf(admitted?.device.deviceId, connection.facts)
  return live.siblings(owner) >= caps.maxConnectionsPerDevice
}

type Accepted = Extract<Verdict, { readonly ok: true }>

/** What was decided a moment ago may have been revoked since. */
function stillHolds(hub: Hub, verdict: Accepted): Verdict {
  const { admitted } = verdict
  if (admitted === undefined) return verdict
  const standing = hub.standings.demand(admitted.device)
  if (standing.holds) return verdict
  const { code, facts } = lost(standing.because)
  return no(code, facts)
}

function turnAway(
  peer: Peer,
  { frameId }: Connecting,
  { error, because }: { readonly error: WireError; readonly because: RefusedBecause },
): void {
  const { close } = handshakeRefusal(frameId, error, because)
  refuse(peer, because, { close, answer: errorFrame(frameId, error) })
}

function enter(
  hub: Hub,
  peer: Peer,
  { connecting, verdict, table }: Settled & { readonly verdict: Accepted },
): void {
  const identity = identityOf(hub, connecting, verdict)
  const { connId } = peer
  const { protocol, frameId } = connecting
  if (!move(peer, 'admit')) return
  peer.cancelDeadline?.()
  peer.cancelDeadline = undefined
  peer.identity = identity
  hub.halfOpen.leave(peer)
  hub.live.enter(peer)
  hub.presence.arrived(peer)
  const hello: HelloOk = helloOk(hub, { connId, protocol, identity, auth: verdict.auth, table })
  peer.connection.admitted?.(allowanceOf(identity, hub.caps).maxMessageBytes)
  sendFrame(peer, { type: 'res', id: frameId, ok: true, payload: hello as unknown as Json })
  // A peer that could not take its hello is gone again.
  if (peer.state !== 'ready') return
  if (identity.role === 'node') hub.nodes.enter(identity.device?.deviceId ?? connId, peer)
  hub.elsewhere?.arrived(peer)
  hub.entered(peer, verdict.by)
}

function identityOf(hub: Hub, { params, role }: Connecting, verdict: Accepted): Identity {
  const { admitted, auth } = verdict
  return {
    role,
    scopes: auth.scopes,
    actor: actorOf(verdict),
    device: admitted?.device,
    name: admitted?.name,
    client: params.client,
    node: role === 'node' ? nodeClaims(hub, params, verdict) : undefined,
    connectedAt: hub.components.clock.now(),
  }
}

function actorOf({ admitted, auth, by }: Accepted): Actor {
  if (by === 'local') return { kind: 'root', user: 'local' }
  const deviceId = admitted?.device.deviceId ?? ''
  return { kind: 'operator', deviceId, scopes: auth.scopes }
}

function nodeClaims(hub: Hub, params: Connecting['params'], { admitted }: Accepted): NodeClaims {
  const { client, caps = [], commands = [], pathEnv, permissions } = params
  const policy = {
    platform: client.platform,
    deviceFamily: client.deviceFamily,
    allow: hub.options.allowCommands ?? [],
    deny: hub.options.denyCommands ?? [],
  }
  const granted = admitted?.device.commands ?? []
  const mayBeAsked = (each: string) => granted.includes(each) && isCommandAllowed(each, policy)
  return {
    caps,
    declared: commands,
    granted,
    commands: commands.filter(mayBeAsked),
    pathEnv,
    permissions,
  }
}
