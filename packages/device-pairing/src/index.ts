/**
 * Devices: identity, proof, requests, roles and scopes, tokens and the legacy node store.
 *
 * @packageDocumentation
 */

export { defaultPolicy, type Extent, type GrantPolicy } from './access.ts'
export { type Approvable, afterApproval, type Choice } from './after-approval.ts'
export { type Announced, announcedIn } from './announced.ts'
export { DEVICE_COLLECTIONS } from './device-collections.ts'
export { type DeviceListing, type DeviceListingPorts, deviceListing } from './device-listing.ts'
export { devicePairing } from './device-pairing.ts'
export type { DeviceDocumentOptions, DeviceDocumentPorts } from './documents/document-parts.ts'
export { deviceDocumentFamilies } from './documents/families.ts'
export {
  type DevicePairingError,
  DeviceRequestRefused,
  InvalidLabel,
  MalformedDocument,
  MalformedRecord,
  RandomSourceBroken,
} from './errors.ts'
export { fingerprintWords } from './fingerprint.ts'
export { type DeviceIdentity, deviceIdentity, isDeviceId, type Sha256Bytes } from './identity.ts'
export { legacyNodes } from './legacy-nodes.ts'
export type { LegacyNodesPorts } from './legacy-parts.ts'
export type {
  LegacyApproveOutcome,
  LegacyNode,
  LegacyNodeAsk,
  LegacyNodeClaims,
  LegacyNodeLists,
  LegacyNodeRequest,
  LegacyNodes,
  LegacyRejectOutcome,
  LegacyRenameOutcome,
  LegacyRequestOutcome,
  LegacyVerifyOutcome,
} from './legacy-types.ts'
export {
  CLOCK_SKEW_MS,
  COMMANDS_TTL_MS,
  DEFAULT_MAX_PER_ADDRESS,
  DEFAULT_MAX_WAITING,
  REJECTED_REST_MS,
  REQUEST_TTL_MS,
  SETUP_BOUND_MS,
  SETUP_UNBOUND_MS,
  TOKEN_PAUSE_MS,
} from './limits.ts'
export type {
  ApproveDeviceOptions,
  ApproveDeviceOutcome,
  Denied,
  DeviceLists,
  DeviceOutcome,
  DevicePairing,
  DeviceRoleRef,
  NotWaiting,
  RejectDeviceOutcome,
  RotateOutcome,
} from './owner-types.ts'
export type { DevicePairingOptions, DevicePairingPorts, OwnerActor } from './parts.ts'
export { hashPlainTokens, type PlainToken, plainTokens } from './plain-tokens.ts'
export type { VerifyEd25519 } from './prove.ts'
export { isDeviceRequestId } from './request-id.ts'
export type {
  CreateSetupOutcome,
  RedeemSetupOutcome,
  SetupCode,
  SetupCodes,
  SetupState,
  WithdrawSetupOutcome,
} from './setup-types.ts'
export type {
  KnownDevice,
  SettledDeviceRequest,
  ShownRequest,
  TokenSummary,
} from './shown-types.ts'
export type {
  Admission,
  AdmittedDevice,
  Arrival,
  AskReason,
  ConnectClaim,
  DeviceAccess,
  DeviceDescription,
  DeviceGrant,
  DeviceRequest,
  DeviceRole,
  FreshToken,
  MayAsk,
  ProofFault,
  ProvenDevice,
  RequestReason,
  Standing,
} from './types.ts'
