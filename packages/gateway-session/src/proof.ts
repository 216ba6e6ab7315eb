import type { ConnectClaim, ProofFault } from '@openclaw/device-pairing'
import type { ConnectDevice, ErrorDetailCode } from '@openclaw/pairing-protocol'
import { signedSecret } from './credentials.ts'
import type { Connecting } from './handshake.ts'

/** What each fault of a proof is called on the wire. */
export const FAULTS: Readonly<Record<ProofFault, ErrorDetailCode>> = {
  'device-id-mismatch': 'DEVICE_AUTH_DEVICE_ID_MISMATCH',
  'public-key-invalid': 'DEVICE_AUTH_PUBLIC_KEY_INVALID',
  'signature-expired': 'DEVICE_AUTH_SIGNATURE_EXPIRED',
  'nonce-required': 'DEVICE_AUTH_NONCE_REQUIRED',
  'nonce-mismatch': 'DEVICE_AUTH_NONCE_MISMATCH',
  'signature-invalid': 'DEVICE_AUTH_SIGNATURE_INVALID',
  'role-invalid': 'ROLE_INVALID',
}

/** The proof and the claims of a `connect`. */
export function claimOf({ params, role }: Connecting, device: ConnectDevice): ConnectClaim {
  const { client, scopes = [], commands = [], auth } = params
  return {
    deviceId: device.id,
    publicKey: device.publicKey,
    signature: device.signature,
    signedAt: device.signedAt,
    nonce: device.nonce,
    role,
    scopes,
    commands: role === 'node' ? commands : [],
    description: {
      clientId: client.id,
      clientMode: client.mode,
      platform: client.platform,
      version: client.version,
      ...(client.displayName === undefined ? {} : { displayName: client.displayName }),
      ...(client.deviceFamily === undefined ? {} : { deviceFamily: client.deviceFamily }),
      ...(client.modelIdentifier === undefined ? {} : { modelIdentifier: client.modelIdentifier }),
    },
    signedSecret: signedSecret(auth),
  }
}
