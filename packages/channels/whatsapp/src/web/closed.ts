import { type WebAccountRefused, type WebRefusal, webRefusals } from './errors.ts'

/** What the end of a connection means. */
export type Ending =
  /** This account can never work like this. */
  | { readonly kind: 'fatal'; readonly error: WebAccountRefused; readonly refusal: WebRefusal }
  /** The library asks for it, right after linking. */
  | { readonly kind: 'at-once'; readonly reason: string }
  | { readonly kind: 'later'; readonly reason: string }

/** How a connection ended: by a code of the protocol where there was one. */
export interface Closed {
  readonly code: number | undefined
  readonly reason: string
}

const RESTART = 515

const FATAL: Readonly<Record<number, WebRefusal>> = {
  401: 'logged-out',
  403: 'forbidden',
  411: 'not-multi-device',
  440: 'replaced',
}

const WORDS: Readonly<Record<number, string>> = {
  405: 'WhatsApp does not take this version of the library any more: a newer one is needed',
  408: 'no answer in time',
  428: 'WhatsApp closed the connection',
  500: 'WhatsApp reports a broken session',
  503: 'WhatsApp is not there just now',
}

/**
 * Reads the code with which a connection ended: what no waiting mends is fatal, a restart is done at once, everything
 * else is tried again later.
 */
export function endingOf({ code, reason }: Closed, account: string): Ending {
  const refusal = code !== undefined && Object.hasOwn(FATAL, code) ? FATAL[code] : undefined
  if (refusal !== undefined) return { kind: 'fatal', error: webRefusals[refusal](account), refusal }
  const words = code === undefined ? reason : `${WORDS[code] ?? reason} (${String(code)})`
  return { kind: code === RESTART ? 'at-once' : 'later', reason: words }
}
