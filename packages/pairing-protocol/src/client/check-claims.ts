import { decodeFromClient } from '../decode-frame.ts'
import { decodeConnect } from '../decode-method.ts'
import { encodeFrame } from '../encode-frame.ts'
import type { RequestFrame } from '../frame.ts'
import { HANDSHAKE_LIMITS } from '../limits.ts'
import type { ClientOptions } from './client-types.ts'
import { type ConnectClaims, connectParams } from './connect-params.ts'
import { offerOf } from './credentials.ts'
import { ClientOptionsInvalid } from './errors.ts'
import { CONNECT_ID } from './handshake.ts'

/** A `connect` with these claims, read as a gateway reads it: what it would refuse is told to the author at once. */
export function checkClaims(claims: ConnectClaims, { identity, auth }: ClientOptions): void {
  const challenge = { nonce: 'n'.repeat(64), ts: 0 }
  const unsigned = { ...identity, sign: () => 's'.repeat(128) }
  const offer = offerOf(undefined, undefined, auth)
  const params = connectParams(claims, { identity: unsigned, challenge, offer, signature: 'v2' })
  const frame = { type: 'req', id: CONNECT_ID, method: 'connect', params } as unknown
  const sent = decodeFromClient(encodeFrame(frame as RequestFrame), HANDSHAKE_LIMITS)
  const read = sent.ok ? decodeConnect(sent.value.params) : sent
  if (!read.ok) throw new ClientOptionsInvalid(`connect would be refused, ${read.refusal.message}`)
}
