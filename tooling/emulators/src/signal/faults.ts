import { type FaultList, faultList, meetsMethod } from '../fault-list.ts'

/** What goes wrong with a request. */
export type SignalFaultEffect =
  /** The send fails for its recipient, with this type of result. */
  | {
      readonly kind: 'result'
      readonly type: string
      readonly token?: string
      readonly retryAfterSeconds?: number
    }
  /** A JSON-RPC error without a result. */
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  /** A proxy's page in place of JSON. */
  | { readonly kind: 'html'; readonly status: number }
  /** The connection is dropped, or never answered, before or after the request was carried out. */
  | { readonly kind: 'drop' | 'hang'; readonly when: 'before' | 'after' }

/** A fault and the requests that it meets. */
export interface SignalFault {
  /** A method of the daemon, `events` for the stream, or `*` for all. */
  readonly method: string
  readonly effect: SignalFaultEffect
  /** For how many requests; for all until cleared unless given. */
  readonly times?: number
}

/** The faults in force. */
export type SignalFaults = FaultList<SignalFault, string>

/** None at first. */
export const signalFaults = (): SignalFaults => faultList<SignalFault, string>(meetsMethod)
