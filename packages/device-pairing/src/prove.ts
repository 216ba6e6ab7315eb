import { sorted } from './access.ts'
import { decodeBase64, encodeBase64Url } from './base64.ts'
import { isSameSecret } from './constant-time.ts'
import { CLOCK_SKEW_MS, MAX_SECRET, SIGNATURE_BYTES } from './limits.ts'
import { noteSigned } from './memory.ts'
import type { Parts } from './parts.ts'
import { isNonce, isUnambiguous, type PayloadVersion, signedPayload } from './payload.ts'
import { decodePublicKey } from './public-key.ts'
import { isDeviceRole } from './role.ts'
import type { ConnectClaim, ProofFault, ProvenDevice } from './types.ts'

/** Checks an Ed25519 signature over the UTF-8 bytes of `message`. False for whatever does not hold; never throws. */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: string,
  signature: Uint8Array,
) => boolean

const NEWER_FIRST: readonly PayloadVersion[] = ['v3', 'v2']
const OLDER_FIRST: readonly PayloadVersion[] = ['v2', 'v3']

/** What checking a proof needs. */
export type ProofParts = Pick<Parts, 'clock' | 'sha256Bytes' | 'verifyEd25519' | 'memory'>

/** Checks a proof: cheap checks first, the signature last. A `v1` payload, without a nonce, never counts. */
export function prove(
  parts: ProofParts,
  claim: ConnectClaim,
  nonce: string,
): ProvenDevice | { readonly fault: ProofFault } {
  const { role } = claim
  if (!isDeviceRole(role)) return { fault: 'role-invalid' }
  const key = decodePublicKey(claim.publicKey)
  if (key === undefined) return { fault: 'public-key-invalid' }
  const fault = faultBeforeSignature(parts, { claim, nonce, deviceId: parts.sha256Bytes(key) })
  if (fault !== undefined) return { fault }
  const payload = signedVersion(parts, { claim, nonce, key })
  if (payload === undefined) return { fault: 'signature-invalid' }
  return {
    deviceId: claim.deviceId,
    publicKey: encodeBase64Url(key),
    description: claim.description,
    role,
    scopes: sorted(claim.scopes),
    commands: sorted(claim.commands),
    payload,
  }
}

function faultBeforeSignature(
  { clock }: Pick<Parts, 'clock'>,
  { claim, nonce, deviceId }: Checked & { readonly deviceId: string },
): ProofFault | undefined {
  if (claim.deviceId !== deviceId) return 'device-id-mismatch'
  const skew = Math.abs(clock.now() - claim.signedAt)
  // written so that a time that is no number fails as well
  if (!(skew <= CLOCK_SKEW_MS)) return 'signature-expired'
  if (claim.nonce === undefined || claim.nonce === '') return 'nonce-required'
  if (!isNonce(nonce) || !isSameSecret(claim.nonce, nonce)) return 'nonce-mismatch'
  return isUnambiguous(claim) ? undefined : 'signature-invalid'
}

interface Checked {
  readonly claim: ConnectClaim
  readonly nonce: string
}

/** Nothing says which of the two was signed; what its kind of client signed last is tried first, for a signature is most of the work. */
function signedVersion(
  { verifyEd25519, memory }: Pick<Parts, 'verifyEd25519' | 'memory'>,
  { claim, nonce, key }: Checked & { readonly key: Uint8Array },
): PayloadVersion | undefined {
  const signature = claim.signature.length <= MAX_SECRET ? decodeBase64(claim.signature) : undefined
  if (signature?.length !== SIGNATURE_BYTES) return undefined
  const { clientId, version: release = '' } = claim.description
  const client = `${clientId} ${release}`
  const order = memory.signed.get(client) === 'v2' ? OLDER_FIRST : NEWER_FIRST
  const signed = order.find((version) =>
    verifyEd25519(key, signedPayload(version, claim, nonce), signature),
  )
  if (signed !== undefined) noteSigned(memory, client, signed)
  return signed
}
