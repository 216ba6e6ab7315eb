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

/** The faults in force. */
export interface Faults {
  readonly add: (fault: Fault) => void
  readonly clear: () => void
  /** The effect on this request, counted as used. */
  readonly take: (method: string, chatId: unknown) => FaultEffect | undefined
}

/** None at first. */
export function faults(): Faults {
  let active: { fault: Fault; left: number }[] = []
  const meets = ({ fault }: { fault: Fault }, method: string, chatId: unknown): boolean =>
    (fault.method === '*' || fault.method.toLowerCase() === method.toLowerCase()) &&
    (fault.chatId === undefined || String(fault.chatId) === String(chatId))
  return {
    add: (fault) => void active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    clear: () => {
      active = []
    },
    take: (method, chatId) => {
      const found = active.find((entry) => entry.left > 0 && meets(entry, method, chatId))
      if (found) found.left -= 1
      return found?.fault.effect
    },
  }
}
