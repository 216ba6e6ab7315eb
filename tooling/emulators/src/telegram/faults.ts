import { type FaultList, faultList } from '../fault-list.ts'

/** What goes wrong. */
export type FaultEffect =
  /** Answered with this error, nothing done. */
  | {
      readonly kind: 'error'
      readonly status: number
      readonly description: string
      /** The platform's own number of it, where it has some. */
      readonly code?: number
    }
  /** 429 with `retry_after` in seconds. */
  | { readonly kind: 'rate-limit'; readonly retryAfter: number; readonly scope?: 'global' }
  /** A proxy's page in place of JSON. */
  | { readonly kind: 'html'; readonly status: number }
  /** Done as usual, after this many ms. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The connection is dropped before or after the request was carried out. */
  | { readonly kind: 'drop'; readonly when: 'before' | 'after' }
  /** Never answered; carried out or not. */
  | { readonly kind: 'hang'; readonly when: 'before' | 'after' }

/** A fault and the requests that it meets. */
export interface Fault {
  /** A Bot API method, or `*` for all. */
  readonly method: string
  readonly effect: FaultEffect
  /** For how many requests; for all until cleared unless given. */
  readonly times?: number
  /** Only requests about this chat. */
  readonly chatId?: number
}

/** A request as faults see it. */
export interface Met {
  readonly method: string
  readonly chatId?: unknown
}

/** The faults in force. */
export type Faults = FaultList<Fault, Met>

/** None at first. */
export function faults(): Faults {
  return faultList(
    (fault, { method, chatId }) =>
      (fault.method === '*' || fault.method.toLowerCase() === method.toLowerCase()) &&
      (fault.chatId === undefined || String(fault.chatId) === String(chatId)),
  )
}
