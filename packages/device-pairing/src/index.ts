/**
 * Devices: identity, proof, requests, roles and scopes, tokens and the legacy node store.
 *
 * @packageDocumentation
 */
export { defaultPolicy, type GrantPolicy } from './access.ts'
export { devicePairing } from './device-pairing.ts'
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
export {
  CLOCK_SKEW_MS,
  DEFAULT_MAX_PER_ADDRESS,
  DEFAULT_MAX_WAITING,
  REJECTED_REST_MS,
  REQUEST_TTL_MS,
  TOKEN_PAUSE_MS,
} from './limits.ts'
export type { DevicePairingOptions, DevicePairingPorts } from './parts.ts'
export type { VerifyEd25519 } from './prove.ts'
export { isDeviceRequestId } from './request-id.ts'
export type * from './types.ts'
