import { type FaultList, faultList, meetsMethod } from '../fault-list.ts'

/** What goes wrong with a request to the Graph API. */
export type WhatsappFaultEffect =
  /** Answered with this error of the Graph API, nothing done. */
  | {
      readonly kind: 'error'
      readonly code: number
      /** 400 unless given. */
      readonly status?: number
      readonly message?: string
      /** Seconds, in the header `Retry-After`. */
      readonly retryAfter?: number
    }
  /** A proxy's page in place of JSON. */
  | { readonly kind: 'html'; readonly status: number }
  /** Done as usual, after this many ms. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The connection is dropped, or never answered, before or after the request was carried out. */
  | { readonly kind: 'drop' | 'hang'; readonly when: 'before' | 'after' }

/** A fault and the requests that it meets. */
export interface WhatsappFault {
  /** Sends, the number's own facts, or both. */
  readonly method: 'messages' | 'number' | '*'
  readonly effect: WhatsappFaultEffect
  /** For how many requests; for all until cleared unless given. */
  readonly times?: number
}

/** The faults in force. */
export type WhatsappFaults = FaultList<WhatsappFault, string>

/** None at first. */
export const whatsappFaults = (): WhatsappFaults => faultList<WhatsappFault, string>(meetsMethod)
