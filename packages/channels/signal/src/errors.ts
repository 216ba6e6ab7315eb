import { OpenClawError } from '@openclaw/pairing-contracts'

/** What is wrong with a typed sender id. */
export type SenderProblem = 'username' | 'number-id' | 'wildcard' | 'malformed'

const SENDER_PROBLEMS: Readonly<Record<SenderProblem, readonly [problem: string, fix: string]>> = {
  username: [
    'a Signal username can be given up and taken by somebody else',
    'Use the phone number or uuid: the reply to a new sender names it, and so does `openclaw pairing list signal`.',
  ],
  'number-id': [
    'a PNI belongs to a phone number, not to an account',
    'Use the account: its phone number, or `uuid:` and its UUID.',
  ],
  wildcard: [
    '`*` is not a person',
    'Use a phone number or uuid; to admit everyone, set `channels.signal.dmPolicy` to "open" with `allowFrom: ["*"]`.',
  ],
  malformed: [
    'a Signal sender is a phone number with + and the country code, or `uuid:` and a UUID',
    'Use the form +15551234567 or uuid:3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6.',
  ],
}

/** What was typed is not a person on Signal. */
export class InvalidSignalSender extends OpenClawError {
  override readonly name = 'InvalidSignalSender'
  override readonly code = 'ERR_SIGNAL_SENDER_INVALID'
  readonly problem: SenderProblem
  constructor(problem: SenderProblem) {
    const [message, hint] = SENDER_PROBLEMS[problem]
    super(message, { hint })
    this.problem = problem
  }
}

/** The daemon's address may not be used: messages would travel in clear, or the address is none. */
export class SignalUrlInvalid extends OpenClawError {
  override readonly name = 'SignalUrlInvalid'
  override readonly code = 'ERR_SIGNAL_URL_INVALID'
  constructor(problem: string) {
    super(`\`httpUrl\` ${problem}`, {
      hint: 'Use http://127.0.0.1:8080, where `signal-cli daemon --http` listens, or https for a daemon on another machine; without /api.',
    })
  }
}

/** The account is not named by its phone number. */
export class SignalAccountInvalid extends OpenClawError {
  override readonly name = 'SignalAccountInvalid'
  override readonly code = 'ERR_SIGNAL_ACCOUNT_INVALID'
  constructor() {
    super('the Signal account is not a phone number with + and the country code', {
      hint: 'Set `channels.signal.account` to the number that `signal-cli listAccounts` shows, such as +15551234567.',
    })
  }
}

/** signal-cli is not where it is looked for, or may not be run. */
export class SignalCliNotFound extends OpenClawError {
  override readonly name = 'SignalCliNotFound'
  override readonly code = 'ERR_SIGNAL_CLI_NOT_FOUND'
  /** @param place - the account's section, such as `channels.signal` */
  constructor(cliPath: string, place: string) {
    super(`\`${cliPath}\` cannot be run: it is not there, is a folder, or is not executable`, {
      hint: `Install signal-cli from https://github.com/AsamK/signal-cli/releases, or set \`${place}.cliPath\` to where it is, or \`${place}.httpUrl\` to the daemon that you run yourself; then start the gateway again.`,
    })
  }
}

/** Every error of this package. */
export type SignalError =
  | InvalidSignalSender
  | SignalUrlInvalid
  | SignalAccountInvalid
  | SignalCliNotFound
