/**
 * The frames that gateways, nodes and operators exchange over WebSocket: read within bounds, written alike.
 *
 * @packageDocumentation
 */
export { type Advice, adviceFor } from './advice.ts'
export { CLOSES, type Close } from './close.ts'
export type {
  ConnectAuth,
  ConnectChallenge,
  ConnectClient,
  ConnectDevice,
  ConnectParams,
  HelloAuth,
  HelloDeviceToken,
  HelloOk,
  HelloSnapshot,
  PresenceEntry,
} from './connect.ts'
export type { ConnectErrorCode } from './connect-errors.ts'
export { decodeEvent, EVENT_NAMES, isEventName } from './decode-event.ts'
export { decodeFromClient, decodeFromGateway } from './decode-frame.ts'
export {
  decodeConnect,
  decodeParams,
  decodeResult,
  isMethodName,
  METHOD_NAMES,
} from './decode-method.ts'
export type {
  DeviceApproval,
  DeviceApproved,
  DeviceLabel,
  DeviceList,
  DeviceRef,
  DeviceRejected,
  DeviceRequest,
  DeviceResolved,
  DeviceRole,
  DeviceTokenSummary,
  PairedDevice,
  RequestRef,
  TokenRevoked,
  TokenRotated,
  TokenRotation,
} from './devices.ts'
export { encodeFrame } from './encode-frame.ts'
export { encodeSetupCode, encodeSetupCodeToScan, type SetupContent } from './encode-setup-code.ts'
export { ERRORS, type ErrorDetailCode, isErrorDetailCode } from './error-codes.ts'
export {
  type ClientAction,
  type ErrorRule,
  type NextStep,
  WIRE_ERROR_CODES,
  type WireErrorCode,
} from './error-rule.ts'
export { type EncodeFault, FrameNotEncodable } from './errors.ts'
export type { EventName, Events } from './events.ts'
export type {
  ErrorFrame,
  EventFrame,
  Frame,
  RequestFrame,
  ResponseFrame,
  ResultFrame,
  StateVersion,
  WireError,
} from './frame.ts'
export type { HealthAsk, HealthReport, NoParams, Shutdown, Tick, VoiceWake } from './gateway.ts'
export type {
  LegacyNode,
  LegacyNodeApproved,
  LegacyNodeAsk,
  LegacyNodeAsked,
  LegacyNodeClaims,
  LegacyNodeList,
  LegacyNodeProof,
  LegacyNodeRejected,
  LegacyNodeRequest,
  LegacyNodeResolved,
  LegacyNodeVerified,
} from './legacy-nodes.ts'
export {
  ANSWER_LIMITS,
  type FrameLimits,
  HANDSHAKE_LIMITS,
  MAX_CLAIMS,
  MAX_CLOSE_REASON_BYTES,
  MAX_CONNECT_KEYS,
  MAX_ID_LENGTH,
  MAX_INVOKE_TIMEOUT_MS,
  MAX_NAME_LENGTH,
  MAX_PATH_ENV_LENGTH,
  MAX_SCOPES,
  MAX_SECRET_LENGTH,
  MAX_SETUP_CODE_LENGTH,
  MAX_SETUP_URL_LENGTH,
  MAX_SETUP_URLS,
  MAX_TEXT_LENGTH,
  SESSION_LIMITS,
} from './limits.ts'
export type { MethodName, Methods, ParamsOf, ResultOf } from './methods.ts'
export type {
  Done,
  NodeDescription,
  NodeEntry,
  NodeEvent,
  NodeFailure,
  NodeInvoke,
  NodeInvoked,
  NodeInvokeRequest,
  NodeInvokeResult,
  NodeList,
  NodeName,
  NodeRef,
  SkillBins,
} from './nodes.ts'
export { type PairingReason, type PairingRequired, pairingRequired } from './pairing-required.ts'
export { readSetupCode } from './read-setup-code.ts'
export {
  type Decoded,
  REFUSALS,
  type Refusal,
  type RefusalCode,
  type RefusalRule,
} from './refusal.ts'
export type { SessionErrorCode } from './session-errors.ts'
export type { SetupCodeFault, SetupCodeReading, SetupPayload } from './setup-payload.ts'
export { type SetupCodeReason, setupCodeRefused } from './setup-refused.ts'
export { commonVersion, PROTOCOL_VERSIONS, type ProtocolVersion } from './version.ts'
export { closeAfter, type ErrorFacts, wireError } from './wire-error.ts'
