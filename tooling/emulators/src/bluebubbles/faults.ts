import { type FaultList, faultList } from '../fault-list.ts'

/** What goes wrong with a request. */
export type BlueBubblesFaultEffect =
  /** An error of the server, in its own form. */
  | {
      readonly kind: 'error'
      readonly status: number
      readonly message: string
      readonly error: string
    }
  /** The Mac wrote the message down as not delivered, with this code. */
  | { readonly kind: 'not-delivered'; readonly code: number }
  /** A proxy's page in place of JSON. */
  | { readonly kind: 'html'; readonly status: number }
  /** The connection is dropped, or never answered, before or after the request was carried out. */
  | { readonly kind: 'drop' | 'hang'; readonly when: 'before' | 'after' }
  /** Carried out, and answered so much later. */
  | { readonly kind: 'slow'; readonly ms: number }

/** A fault and the requests that it meets. */
export interface BlueBubblesFault {
  /** A path such as `/api/v1/message/text`, or `*` for all. */
  readonly path: string
  readonly effect: BlueBubblesFaultEffect
  /** For how many requests; for all until cleared unless given. */
  readonly times?: number
}

/** The faults in force. */
export type BlueBubblesFaults = FaultList<BlueBubblesFault, string>

/** None at first. */
export const blueBubblesFaults = (): BlueBubblesFaults =>
  faultList<BlueBubblesFault, string>(({ path }, asked) => path === '*' || path === asked)
