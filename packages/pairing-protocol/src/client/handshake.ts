import type { ConnectChallenge, HelloOk } from '../connect.ts'
import { decodeEvent } from '../decode-event.ts'
import { decodeResult } from '../decode-method.ts'
import type { EventFrame, ResponseFrame, WireError } from '../frame.ts'

/** The id of the one `connect` of a connection. */
export const CONNECT_ID = 'connect'

/** What follows from a frame that arrives before `hello-ok`. */
export type HandshakeStep =
  | { readonly step: 'ignore' }
  | { readonly step: 'connect'; readonly challenge: ConnectChallenge }
  | { readonly step: 'welcome'; readonly hello: HelloOk }
  | { readonly step: 'refused'; readonly error: WireError }
  /** What answers does not speak this protocol. */
  | { readonly step: 'give-up'; readonly why: string }

/** @param waitsFor - the challenge, or the answer to `connect` */
export function handshakeStep(
  waitsFor: 'challenge' | 'hello',
  frame: ResponseFrame | EventFrame,
): HandshakeStep {
  if (frame.type === 'event') {
    // Later ones change nothing: a signature is made once.
    const first = waitsFor === 'challenge' && frame.event === 'connect.challenge'
    return first ? challenged(frame) : { step: 'ignore' }
  }
  if (waitsFor === 'hello' && frame.id === CONNECT_ID) return answered(frame)
  // An answer to nothing; a refusal before the challenge is still one.
  return frame.ok ? { step: 'ignore' } : { step: 'refused', error: frame.error }
}

function challenged({ payload }: EventFrame): HandshakeStep {
  const challenge = decodeEvent('connect.challenge', payload)
  if (!challenge.ok) {
    return { step: 'give-up', why: `connect.challenge: ${challenge.refusal.message}` }
  }
  return { step: 'connect', challenge: challenge.value }
}

function answered(frame: ResponseFrame): HandshakeStep {
  if (!frame.ok) return { step: 'refused', error: frame.error }
  const hello = decodeResult('connect', frame.payload)
  if (!hello.ok) return { step: 'give-up', why: `hello-ok: ${hello.refusal.message}` }
  return { step: 'welcome', hello: hello.value }
}
