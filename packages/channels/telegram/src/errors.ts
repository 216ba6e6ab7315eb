import { OpenClawError } from '@openclaw/pairing-contracts'

/** What is wrong with a typed sender id. */
export type SenderProblem = 'username' | 'group' | 'wildcard' | 'malformed'

const SENDER_PROBLEMS: Readonly<Record<SenderProblem, readonly [problem: string, fix: string]>> = {
  username: [
    'a @username can be given up and taken by somebody else',
    'Use the numeric user id: the reply to a new sender names it, and so does `openclaw pairing list telegram`.',
  ],
  group: [
    'a negative id is a group or channel, and those never pair',
    'Use the positive id of one person; groups have their own list.',
  ],
  wildcard: [
    '`*` is not a person',
    'Use a numeric user id; to admit everyone, set `channels.telegram.dmPolicy` to "open" with `allowFrom: ["*"]`.',
  ],
  malformed: [
    'a Telegram user id is a number of 1 to 16 digits that does not begin with 0',
    'Use the number alone, or with `telegram:` or `tg:` before it, such as 100001.',
  ],
}

/** What was typed is not a Telegram user id. */
export class InvalidTelegramSender extends OpenClawError {
  override readonly name = 'InvalidTelegramSender'
  override readonly code = 'ERR_TELEGRAM_SENDER_INVALID'
  readonly problem: SenderProblem
  constructor(problem: SenderProblem) {
    const [message, hint] = SENDER_PROBLEMS[problem]
    super(message, { hint })
    this.problem = problem
  }
}

const BOTFATHER =
  'Get one from @BotFather in Telegram (/newbot, or /token for a bot you have) and set `channels.telegram.botToken`, `tokenFile` or TELEGRAM_BOT_TOKEN.'

/** The bot token does not look like one; holds nothing of it. */
export class TelegramTokenMalformed extends OpenClawError {
  override readonly name = 'TelegramTokenMalformed'
  override readonly code = 'ERR_TELEGRAM_TOKEN_MALFORMED'
  constructor() {
    super('the Telegram bot token is not of the form <digits>:<letters>', { hint: BOTFATHER })
  }
}

/** Telegram answered 401: the token is wrong or was revoked. Fatal for the account. */
export class TelegramTokenRejected extends OpenClawError {
  override readonly name = 'TelegramTokenRejected'
  override readonly code = 'ERR_TELEGRAM_TOKEN_REJECTED'
  constructor() {
    super('Telegram does not accept the bot token (401): it is wrong or was revoked', {
      hint: BOTFATHER,
    })
  }
}

/** The API root answered 404: it is not a Bot API, or the token is none. Fatal for the account. */
export class TelegramNotFound extends OpenClawError {
  override readonly name = 'TelegramNotFound'
  override readonly code = 'ERR_TELEGRAM_NOT_FOUND'
  constructor(origin: string) {
    super(`${origin} knows no such bot (404): the token or \`apiRoot\` is wrong`, {
      hint: 'Check `channels.telegram.apiRoot` (the root alone, without /bot…) and the token from @BotFather.',
    })
  }
}

/** The API root may not be used: the token would travel in clear, or the address is none. */
export class TelegramApiRootInvalid extends OpenClawError {
  override readonly name = 'TelegramApiRootInvalid'
  override readonly code = 'ERR_TELEGRAM_API_ROOT_INVALID'
  constructor(problem: string) {
    super(`\`apiRoot\` ${problem}`, {
      hint: 'Use https://api.telegram.org, another https root, or http on this machine (127.0.0.1), without a path that holds the token.',
    })
  }
}

/** Every error of this package. */
export type TelegramError =
  | InvalidTelegramSender
  | TelegramTokenMalformed
  | TelegramTokenRejected
  | TelegramNotFound
  | TelegramApiRootInvalid
