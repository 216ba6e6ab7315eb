import type { Admission } from '@openclaw/device-pairing'
import {
  type ErrorDetailCode,
  type ErrorFacts,
  type HelloAuth,
  type WireError,
  wireError,
} from '@openclaw/pairing-protocol'
import type { SetupAnswer } from './arrival.ts'
import type { Attempts } from './attempts.ts'
import type { Connecting } from './handshake.ts'
import type { AdmittedBy } from './notice.ts'
import type { ConnectionFacts, MaxWaiting, SessionComponents } from './ports.ts'
import type { Lost } from './standings.ts'

/** A device that is in. */
export type Admitted = Extract<Admission, { readonly outcome: 'admitted' }>

/** A device whose request waits. */
export type Waiting = Extract<Admission, { readonly outcome: 'waiting' }>

/** What became of a `connect`. */
export type Verdict = (
  | {
      readonly ok: true
      readonly by: AdmittedBy
      /** What hello-ok says; holds the device's token. */
      readonly auth: HelloAuth
      /** `undefined` without a device. */
      readonly admitted: Admitted | undefined
    }
  | {
      readonly ok: false
      readonly code: ErrorDetailCode
      readonly error: WireError
      /** Whose key signed; absent where none did. */
      readonly deviceId?: string
      /** There when a request waits. */
      readonly waiting?: Waiting
    }
) & {
  /** What a setup code was worth, where one was needed. */
  readonly setup?: SetupAnswer
}

/** One `connect`, where it came from, and what deciding needs. */
export interface ConnectCase {
  readonly connect: Connecting
  readonly nonce: string
  readonly facts: ConnectionFacts
  readonly components: SessionComponents
  readonly attempts: Attempts
  /** How many requests may wait, where the host says so. */
  readonly maxWaiting: MaxWaiting | undefined
}

/** What a client is told whose admission no longer holds. */
export function lost(because: Lost): {
  readonly code: ErrorDetailCode
  readonly facts: ErrorFacts
} {
  if (because === 'revoked') return { code: 'AUTH_DEVICE_REVOKED', facts: {} }
  return { code: 'AUTH_DEVICE_TOKEN_MISMATCH', facts: { details: { reason: because } } }
}

/** A refusal by its code. */
export function no(code: ErrorDetailCode, said: ErrorFacts = {}): Verdict {
  return { ok: false, code, error: wireError(code, said) }
}
