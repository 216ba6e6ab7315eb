import type { HelloAuth, HelloOk, HelloSnapshot, ProtocolVersion } from '@openclaw/pairing-protocol'
import { allowanceOf } from './allowance.ts'
import { eventsFor } from './events.ts'
import type { Hub } from './hub.ts'
import { TICK_INTERVAL_MS } from './limits.ts'
import { healthFor } from './methods/gateway.ts'
import { type MethodTable, methodsFor } from './methods/table.ts'
import type { Identity } from './peer.ts'
import { holdsScope } from './scopes.ts'

/** What hello-ok is made of. */
export interface Greeting {
  readonly connId: string
  readonly protocol: ProtocolVersion
  readonly identity: Identity
  readonly auth: HelloAuth
  readonly table: MethodTable
}

/** The answer to a `connect` that was accepted: no more than this client may know. */
export function helloOk(hub: Hub, { connId, protocol, identity, auth, table }: Greeting): HelloOk {
  const { maxMessageBytes, maxBufferedBytes } = allowanceOf(identity, hub.caps)
  return {
    type: 'hello-ok',
    protocol,
    server: { version: hub.options.version, connId },
    features: { methods: methodsFor(identity, table), events: eventsFor(identity) },
    snapshot: snapshot(hub, identity),
    auth,
    policy: {
      maxPayload: maxMessageBytes,
      maxBufferedBytes,
      tickIntervalMs: TICK_INTERVAL_MS,
    },
  }
}

function snapshot(hub: Hub, identity: Identity): HelloSnapshot {
  const mayRead = identity.role === 'operator' && holdsScope(identity.scopes, 'operator.read')
  if (!mayRead) {
    return { presence: [], health: {}, stateVersion: { presence: 0, health: 0 }, uptimeMs: 0 }
  }
  return {
    presence: hub.presence.list(),
    health: { ...healthFor(hub, identity) },
    stateVersion: hub.stateVersion(),
    uptimeMs: Math.max(0, hub.components.clock.now() - hub.startedAt),
  }
}
