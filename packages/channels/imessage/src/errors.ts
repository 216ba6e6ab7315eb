import { OpenClawError } from '@openclaw/pairing-contracts'

/** What is wrong with a typed sender id. */
export type SenderProblem =
  | 'chat'
  | 'short-code'
  | 'no-country'
  | 'name'
  | 'wildcard'
  | 'empty'
  | 'malformed'

const SENDER_PROBLEMS: Readonly<Record<SenderProblem, readonly [problem: string, fix: string]>> = {
  chat: [
    'a chat is not a person',
    'Use the phone number or e-mail address of one person; a whole chat can stand in `allowFrom` of the configuration.',
  ],
  'short-code': [
    'a short code belongs to a service that sends messages by itself, not to a person',
    'Use a phone number with + and the country code, or an e-mail address.',
  ],
  'no-country': [
    'a phone number needs + and the country code',
    'Write it as +15551234567; `openclaw pairing list imessage` shows it so.',
  ],
  name: [
    'a name is not an iMessage sender: anybody can choose it',
    'Use the phone number or e-mail address; the reply to a new sender names it, and so does `openclaw pairing list imessage`.',
  ],
  wildcard: [
    '`*` is not a person',
    'Use a phone number or an e-mail address; to admit everyone, set `channels.imessage.dmPolicy` to "open" with `allowFrom: ["*"]`.',
  ],
  empty: ['no sender was named', 'Use the form +15551234567 or alice@example.com.'],
  malformed: [
    'an iMessage sender is a phone number with + and the country code, or an e-mail address',
    'Use the form +15551234567 or alice@example.com.',
  ],
}

/** What was typed is not a person on iMessage. */
export class InvalidImessageSender extends OpenClawError {
  override readonly name = 'InvalidImessageSender'
  override readonly code = 'ERR_IMESSAGE_SENDER_INVALID'
  readonly problem: SenderProblem
  constructor(problem: SenderProblem) {
    const [message, hint] = SENDER_PROBLEMS[problem]
    super(message, { hint })
    this.problem = problem
  }
}

/** Every error of the entry `.`; the transports have their own. */
export type ImessageError = InvalidImessageSender
