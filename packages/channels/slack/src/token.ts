import { redactor as redacting } from '@openclaw/pairing-channel-kit'

/** Anything that looks like a token of Slack, or the ticket of a socket, wherever it stands. */
const ANY_TOKEN = /\bx(?:ox[a-z]|app)-[\w-]{4,}|(?<=[?&]ticket=)[^&\s]+/g

/** True for text of a bot token's form; whether Slack knows it is another matter. */
export function isSlackBotToken(text: string): boolean {
  return /^xoxb-[\w-]{10,500}$/.test(text)
}

/** True for text of an app-level token's form. */
export function isSlackAppToken(text: string): boolean {
  return /^xapp-[\w-]{10,500}$/.test(text)
}

/** True for what may be a signing secret: one word, and none of the tokens. */
export function isSlackSigningSecret(text: string): boolean {
  return /^(?!xox|xapp-)[\x21-\x7e]{8,500}$/.test(text)
}

/** Makes text of errors and answers fit for a log: without tokens, without control characters, at most 300 long. */
export function redactor(...tokens: readonly string[]): (text: string) => string {
  return redacting({ secrets: tokens, pattern: ANY_TOKEN })
}
