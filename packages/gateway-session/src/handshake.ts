import type { DeviceRole } from '@openclaw/device-pairing'
import {
  type Close,
  type ConnectParams,
  closeAfter,
  commonVersion,
  decodeConnect,
  decodeFromClient,
  type ErrorDetailCode,
  type ErrorFacts,
  HANDSHAKE_LIMITS,
  PROTOCOL_VERSIONS,
  type ProtocolVersion,
  REFUSALS,
  type WireError,
  wireError,
} from '@openclaw/pairing-protocol'
import type { RefusedBecause } from './notice.ts'
import { isOriginAllowed } from './origin.ts'
import type { ConnectionFacts } from './ports.ts'

/** A `connect` that was read, with nothing proven yet. */
export interface Connecting {
  readonly frameId: string
  readonly params: ConnectParams
  readonly role: DeviceRole
  readonly protocol: ProtocolVersion
}

/** Why the first message is refused. */
export interface HandshakeRefusal {
  readonly because: RefusedBecause
  readonly close: Close
  /** What is answered first; absent where nothing is. */
  readonly answer?: { readonly frameId: string; readonly error: WireError }
}

/** What the first message is. */
export type FirstMessage =
  | { readonly ok: true; readonly connect: Connecting }
  | { readonly ok: false; readonly refusal: HandshakeRefusal }

/** An error of the handshake, and the end that follows. */
export function handshakeRefusal(
  frameId: string,
  error: WireError,
  because: RefusedBecause,
): HandshakeRefusal {
  const close = closeAfter(error) ?? { code: 1013, reason: error.message }
  return { because, close, answer: { frameId, error } }
}

/** Reads the first message of a client: no secret and no proof is looked at yet. Never throws. */
export function readFirst(
  message: unknown,
  facts: ConnectionFacts,
  allowedOrigins: readonly string[],
): FirstMessage {
  const frame = decodeFromClient(message, HANDSHAKE_LIMITS)
  if (!frame.ok) {
    const because = frame.refusal.code
    return { ok: false, refusal: { because, close: REFUSALS[because].handshake } }
  }
  const { id, method, params } = frame.value
  const no = (code: ErrorDetailCode, said: ErrorFacts = {}): FirstMessage => ({
    ok: false,
    refusal: handshakeRefusal(id, wireError(code, said), code),
  })
  if (method !== 'connect') return no('CONNECT_REQUIRED')
  const decoded = decodeConnect(params)
  if (!decoded.ok) return no('CONNECT_PARAMS_INVALID', { about: decoded.refusal.message })
  const connect = decoded.value
  const protocol = commonVersion(connect.minProtocol, connect.maxProtocol)
  if (protocol === undefined) return no('PROTOCOL_MISMATCH', { details: versions(connect) })
  const role = connect.role ?? 'operator'
  if (role !== 'operator' && role !== 'node') return no('ROLE_INVALID')
  if (!isOriginAllowed(facts, allowedOrigins)) {
    return no('CONTROL_UI_ORIGIN_NOT_ALLOWED', {
      about: 'name it in gateway.controlUi.allowedOrigins',
    })
  }
  return { ok: true, connect: { frameId: id, params: connect, role, protocol } }
}

/** `expectedProtocol` is the one that every client of this gateway can fall back to. */
function versions({ minProtocol, maxProtocol }: ConnectParams) {
  const [lowest = 3] = PROTOCOL_VERSIONS
  return {
    clientMinProtocol: minProtocol,
    clientMaxProtocol: maxProtocol,
    expectedProtocol: lowest,
    minimumProbeProtocol: lowest,
    protocols: PROTOCOL_VERSIONS,
  }
}
