import { redactor as redacting } from '@openclaw/pairing-channel-kit'

/** Anything that looks like a bot token, wherever it stands. */
const ANY_TOKEN = /\b[\w-]{20,}\.[\w-]{5,10}\.[\w-]{25,}/g

/** True for text of a bot token's form; whether Discord knows it is another matter. */
export function isDiscordToken(text: string): boolean {
  return /^[\w-]{10,100}\.[\w-]{4,20}\.[\w-]{20,200}$/.test(text)
}

/** Makes text of errors and answers fit for a log: without tokens, without control characters, at most 300 long. */
export function redactor(...tokens: readonly string[]): (text: string) => string {
  return redacting({ secrets: tokens, pattern: ANY_TOKEN })
}
