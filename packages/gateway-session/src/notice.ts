import type { ErrorDetailCode, RefusalCode } from '@openclaw/pairing-protocol'
import type { SetupAnswer } from './arrival.ts'

/** Why a connection was refused: an error of the protocol, a message that could not be read, or a limit. */
export type RefusedBecause =
  | ErrorDetailCode
  | RefusalCode
  | 'handshake-timeout'
  | 'slow-consumer'
  | 'shutdown'
  | 'too-many-half-open'
  | 'too-many-connections'

/** Why a live connection ended. */
export type ClosedBecause =
  | 'removed'
  | 'revoked'
  | 'rotated'
  | 'narrowed'
  | 'replaced'
  | 'slow-consumer'
  | 'not-text'
  | 'too-large'
  | 'shutdown'
  | 'failed'
  | 'gone'

/** Something to log. Holds no secret. */
export type SessionNotice =
  | {
      readonly what: 'admitted'
      readonly connId: string
      readonly address: string | undefined
      readonly role: string
      readonly scopes: readonly string[]
      readonly deviceId: string | undefined
      readonly client: string
      readonly by: AdmittedBy
    }
  | {
      readonly what: 'refused'
      readonly connId: string
      readonly address: string | undefined
      readonly because: RefusedBecause
      /** Whose key signed; `undefined` where none did. */
      readonly deviceId: string | undefined
      /** What the setup code was worth that it showed; `undefined` where none was needed. */
      readonly setup: SetupAnswer | undefined
    }
  | {
      /** A device asks, and its request waits for the owner. Said each time that it asks. */
      readonly what: 'waits'
      readonly connId: string
      readonly address: string | undefined
      readonly deviceId: string
      readonly requestId: string
      readonly role: string
      /** What it calls itself: written by a stranger. */
      readonly name: string | undefined
    }
  | {
      readonly what: 'closed'
      readonly connId: string
      readonly address: string | undefined
      readonly because: ClosedBecause
      readonly deviceId: string | undefined
    }
  | { readonly what: 'failed'; readonly connId: string; readonly error: unknown }

/**
 * What a client was admitted by: its key (and how the token beside it was), the shared secret alone, or the proof that it
 * reads the state directory.
 */
export type AdmittedBy =
  | 'key-with-token'
  | 'key-with-stale-token'
  | 'key'
  | 'shared-secret'
  | 'local'
