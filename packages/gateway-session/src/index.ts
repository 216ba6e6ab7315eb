/**
 * One connection's life on the gateway: frames in, frames and close out; methods, events, presence, nodes. No sockets.
 *
 * @packageDocumentation
 */

export type { SetupAnswer } from './arrival.ts'
export { EVENTS, type EventRow, type Heard } from './events.ts'
export type { Counts } from './figures.ts'
export type { LegacyNodes } from './legacy.ts'
export {
  AUTH_FAILURES,
  AUTH_LOCK_MS,
  AUTH_WINDOW_MS,
  BARE_BUFFERED_BYTES,
  BARE_MESSAGE_BYTES,
  HALF_OPEN_GRACE_MS,
  HANDSHAKE_TIMEOUT_MS,
  INVOKE_TIMEOUT_MS,
  MAX_BUFFERED_BYTES,
  MAX_BUFFERED_TOTAL_BYTES,
  MAX_CONNECTIONS_PER_DEVICE,
  MAX_HALF_OPEN,
  MAX_HALF_OPEN_PER_ADDRESS,
  MAX_IN_FLIGHT,
  MAX_PENDING_INVOKES,
  MAX_PENDING_INVOKES_PER_NODE,
  MAX_PRESENCE,
  MAX_REPLAY_CHARS,
  MAX_REPLAYS,
  MAX_WAITING_FRAMES,
  MAX_WATCHED_ADDRESSES,
  OPERATOR_MESSAGE_BYTES,
  PAUSE_BYTES,
  PAUSE_FRAMES,
  PRESENCE_TTL_MS,
  REPLAY_TTL_MS,
  type SessionCaps,
  SHUTDOWN_GRACE_MS,
  TICK_INTERVAL_MS,
} from './limits.ts'
export { type MethodAccess, methodAccess } from './methods/access.ts'
export { type ListedRequest, requestView } from './methods/device-view.ts'
export type { Audience } from './methods/method.ts'
export { isEachOnesOwn } from './neighbours.ts'
export type { CommandPolicy, NodePlatform } from './nodes/policy.ts'
export { isCommandAllowed, PLATFORM_COMMANDS, platformOf } from './nodes/policy.ts'
export type { AdmittedBy, ClosedBecause, RefusedBecause, SessionNotice } from './notice.ts'
export { isOriginAllowed } from './origin.ts'
export type {
  Cancel,
  Connection,
  ConnectionFacts,
  MaxWaiting,
  NodeTold,
  SessionComponents,
  SessionOptions,
  SharedSecret,
  Timers,
} from './ports.ts'
export { holdsScope, type OperatorScope } from './scopes.ts'
export type { Session } from './session.ts'
export {
  type Announced,
  type GatewaySessions,
  gatewaySessions,
  type SessionFigures,
} from './sessions.ts'
export { type ConnectionState, type Move, TRANSITIONS } from './state.ts'
