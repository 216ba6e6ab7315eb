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
export interface ImsgFaults {
  readonly add: (fault: ImsgFault) => void
  readonly clear: () => void
  /** The effect on this request, counted as used. */
  readonly take: (method: string) => ImsgFaultEffect | undefined
}

/** None at first. */
export function imsgFaults(): ImsgFaults {
  let active: { fault: ImsgFault; left: number }[] = []
  return {
    add: (fault) => void active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    clear: () => {
      active = []
    },
    take: (method) => {
      const found = active.find(
        ({ fault, left }) => left > 0 && (fault.method === '*' || fault.method === method),
      )
      if (found) found.left -= 1
      return found?.fault.effect
    },
  }
}
