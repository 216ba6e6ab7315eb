import { type FaultList, faultList, meetsMethod } from '../fault-list.ts'

/** What goes wrong with a request. */
export type ImsgFaultEffect =
  /** A JSON-RPC error. */
  | {
      readonly kind: 'error'
      readonly code: number
      readonly message: string
      readonly data?: unknown
    }
  /** Never answered, before or after the request was carried out. */
  | { readonly kind: 'hang'; readonly when: 'before' | 'after' }
  /** Answered after so many ms. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The child ends before or after the request was carried out, without an answer. */
  | { readonly kind: 'exit'; readonly code: number; readonly when: 'before' | 'after' }
  /** This text in place of the answer. */
  | { readonly kind: 'text'; readonly text: string }

/** A fault and the requests that it meets. */
export interface ImsgFault {
  /** A method, or `*` for all. */
  readonly method: string
  readonly effect: ImsgFaultEffect
  /** For how many requests; for all until cleared unless given. */
  readonly times?: number
}

/** The faults in force. */
export type ImsgFaults = FaultList<ImsgFault, string>

/** None at first. */
export const imsgFaults = (): ImsgFaults => faultList<ImsgFault, string>(meetsMethod)
