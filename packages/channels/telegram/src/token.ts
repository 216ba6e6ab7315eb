import { redactor as redacting } from '@openclaw/pairing-channel-kit'

/** Digits, a colon and at least 30 letters, digits, `_` or `-`. */
const TOKEN = /^(\d+):[\w-]{30,}$/

/** Anything that looks like a token, wherever it stands. */
const ANY_TOKEN = /\d+(?::|%3A)[\w-]{30,}/gi

/** True for text of a bot token's form; whether Telegram knows it is another matter. */
export function isTelegramToken(text: string): boolean {
  return TOKEN.test(text)
}

/** The id of the bot that a token is for: the digits before the colon. */
export function botIdOf(token: string): string {
  return TOKEN.exec(token)?.[1] ?? ''
}

/** Makes text of errors and answers fit for a log: without the token, without control characters, at most 300 long. */
export function redactor(token: string): (text: string) => string {
  return redacting({ secrets: [token.split(':')[1] ?? ''], pattern: ANY_TOKEN })
}
