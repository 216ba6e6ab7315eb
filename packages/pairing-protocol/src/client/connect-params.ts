import type { ConnectAuth, ConnectChallenge, ConnectClient, ConnectParams } from '../connect.ts'
import type { Offer } from './credentials.ts'
import type { DeviceIdentity } from './identity.ts'

/** What stays the same in every `connect` of one client. */
export interface ConnectClaims {
  readonly client: ConnectClient
  readonly role: string
  readonly scopes: readonly string[]
  readonly caps: readonly string[]
  readonly commands?: readonly string[]
  readonly permissions?: Readonly<Record<string, boolean>>
  readonly pathEnv?: string
}

/** The two texts that gateways verify: 2026.2.17 knows only `v2`; later ones try `v3`, then `v2`. */
export type SignatureVersion = 'v2' | 'v3'

/** What differs from try to try. */
export interface ConnectProof {
  readonly identity: DeviceIdentity
  readonly challenge: ConnectChallenge
  readonly offer: Offer
  readonly signature: SignatureVersion
}

/** The parameters of `connect`, signed over the nonce and the time of the gateway. */
export function connectParams(claims: ConnectClaims, proof: ConnectProof): ConnectParams {
  const { identity, challenge } = proof
  const auth = authOf(proof.offer)
  return {
    minProtocol: 3,
    maxProtocol: 4,
    ...claims,
    ...(auth === undefined ? {} : { auth }),
    device: {
      id: identity.deviceId,
      publicKey: identity.publicKey,
      signature: identity.sign(signedText(claims, proof)),
      signedAt: challenge.ts,
      nonce: challenge.nonce,
    },
  }
}

function authOf(offer: Offer): ConnectAuth | undefined {
  return offer.kind === 'key' ? undefined : offer.auth
}

/** The text that a device signs: its parts with `|` between them; none of them may hold one. */
export function signedText(
  { client, role, scopes }: ConnectClaims,
  { identity, challenge, offer, signature }: ConnectProof,
): string {
  const auth = authOf(offer)
  const shared = [
    signature,
    identity.deviceId,
    client.id,
    client.mode,
    role,
    scopes.join(','),
    String(challenge.ts),
    auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? '',
    challenge.nonce,
  ]
  const described = [client.platform, client.deviceFamily ?? ''].map(plainLower)
  return (signature === 'v3' ? [...shared, ...described] : shared).join('|')
}

/** Trimmed, with A to Z in lower case and everything else as it is. */
function plainLower(text: string): string {
  return text.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}
