import { isOpenClawError } from '@openclaw/pairing-contracts'

/** What has to be kept out of words. */
export interface Secrets {
  /** Each, wherever it stands; those shorter than 8 are left alone, for they may be words. */
  readonly secrets: readonly string[]
  /** Anything of the form of one; global. */
  readonly pattern?: RegExp
}

const LONGEST = 300

/** Makes text of errors and answers fit for a log: without secrets, without control characters, at most 300 long. */
export function redactor({ secrets, pattern }: Secrets): (text: string) => string {
  const known = secrets
    .filter((secret) => secret.length >= 8)
    .flatMap((secret) => [...new Set([secret, encodeURIComponent(secret)])])
  return (text) => {
    const formless = pattern === undefined ? text : text.replaceAll(pattern, '<secret>')
    const clean = formless.replaceAll(/\p{C}+/gu, ' ')
    const bare = known.reduce((left, secret) => left.replaceAll(secret, '<secret>'), clean)
    return bare.length > LONGEST ? `${bare.slice(0, LONGEST - 1)}…` : bare
  }
}

/** An error in one line, with what to do where it says so; for anything unexpected `otherwise`. */
export function inWords(error: unknown, otherwise: string): string {
  if (!isOpenClawError(error)) return otherwise
  return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`
}

/** What was thrown, in its own words. */
export const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)
