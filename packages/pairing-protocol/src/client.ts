/**
 * Connects to a gateway as a node or an operator, and again whenever the connection is lost.
 */
export { askLocalGateway, type LocalGateway } from './client/ask-local.ts'
export type {
  ClientOptions,
  ClientStatus,
  GatewayClient,
  PairingNeeded,
  RequestOptions,
  RequestParams,
  RequestResult,
} from './client/client-types.ts'
export type { CommandCall, CommandHandler, CommandHandlers } from './client/command-types.ts'
export type { ClientAuth } from './client/credentials.ts'
export {
  ClientClosed,
  ClientOptionsInvalid,
  ConnectionLost,
  ConnectionReplaced,
  type ConnectPhase,
  ConnectTimedOut,
  EventsMissed,
  FingerprintMismatch,
  GatewayUnreachable,
  NotReady,
  SigningFailed,
} from './client/errors.ts'
export type { EventPayload, EventSource } from './client/event-hub.ts'
export {
  ClientFileNotWritten,
  IdentityMismatch,
  IdentityUnreadable,
  PlaceUnreadable,
  TokenCacheOfOther,
  TokenCacheUnreadable,
} from './client/file-errors.ts'
export { type GatewayPlace, placeOfSetup } from './client/gateway-place.ts'
export { createIdentity, type DeviceIdentity } from './client/identity.ts'
export { loadIdentity } from './client/identity-file.ts'
export { authOfSetup, type JoinOptions, joinNode } from './client/join.ts'
export { connectNode, type NodeOptions } from './client/node.ts'
export {
  connectOperator,
  type Invocation,
  type OperatorClient,
  type OperatorOptions,
} from './client/operator.ts'
export { type PlaceFile, placeFile } from './client/place-file.ts'
export type { Cancel, ClientPorts, Timers } from './client/ports.ts'
export type { Patience } from './client/readiness.ts'
export {
  CommandFailed,
  GatewayRefused,
  NoAnswer,
  type NoAnswerFault,
  type NotSentFault,
  RequestNotSent,
} from './client/request-errors.ts'
export { SetupCodeRefused } from './client/setup-code-errors.ts'
export {
  type CachedToken,
  memoryTokenCache,
  type TokenCache,
  type TokenKey,
} from './client/token-cache.ts'
export { fileTokenCache } from './client/token-file.ts'
export { TokenCacheFailed } from './client/token-keeper.ts'
export { GatewayUrlRefused, type UrlFault } from './client/url-errors.ts'
export { systemPorts } from './node/system-ports.ts'
