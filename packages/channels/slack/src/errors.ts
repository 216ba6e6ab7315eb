import { OpenClawError } from '@openclaw/pairing-contracts'

/** What is wrong with a typed sender id. */
export type SenderProblem = 'name' | 'conversation' | 'wildcard' | 'malformed'

const SENDER_PROBLEMS: Readonly<Record<SenderProblem, readonly [problem: string, fix: string]>> = {
  name: [
    'a name can be changed, and taken by somebody else',
    'Use the member id (profile, ⋮, “Copy member ID”): the reply to a new sender names it, and so does `openclaw pairing list slack`.',
  ],
  conversation: [
    'an id that begins with C, D or G is a conversation, not a person',
    'Use the member id of one person, such as U012ABCDEF.',
  ],
  wildcard: [
    '`*` is not a person',
    'Use a member id; to admit everyone, set `channels.slack.dmPolicy` to "open" with `allowFrom: ["*"]`.',
  ],
  malformed: [
    'a Slack member id is U or W and 6 to 30 letters and digits',
    'Use the id alone, or with `slack:` or `user:` before it, such as U012ABCDEF.',
  ],
}

/** What was typed is not a Slack member id. */
export class InvalidSlackSender extends OpenClawError {
  override readonly name = 'InvalidSlackSender'
  override readonly code = 'ERR_SLACK_SENDER_INVALID'
  readonly problem: SenderProblem
  constructor(problem: SenderProblem) {
    const [message, hint] = SENDER_PROBLEMS[problem]
    super(message, { hint })
    this.problem = problem
  }
}

/** Which of the secrets of an app. */
export type SlackTokenKind = 'botToken' | 'appToken' | 'signingSecret'

const TOKENS: Readonly<Record<SlackTokenKind, readonly [name: string, form: string, fix: string]>> =
  {
    botToken: [
      'bot token',
      'xoxb-…',
      'Copy it at https://api.slack.com/apps → your app → OAuth & Permissions (“Bot User OAuth Token”; reinstall the app if it was revoked) and set `channels.slack.botToken` or SLACK_BOT_TOKEN.',
    ],
    appToken: [
      'app-level token',
      'xapp-…',
      'Make one at https://api.slack.com/apps → your app → Basic Information → App-Level Tokens, with the scope connections:write, and set `channels.slack.appToken` or SLACK_APP_TOKEN.',
    ],
    signingSecret: [
      'signing secret',
      '8f74…',
      'Copy it at https://api.slack.com/apps → your app → Basic Information → App Credentials (“Signing Secret”) and set `channels.slack.signingSecret`.',
    ],
  }

/** A token is missing or does not look like one of its kind; holds nothing of it. */
export class SlackTokenMalformed extends OpenClawError {
  override readonly name = 'SlackTokenMalformed'
  override readonly code = 'ERR_SLACK_TOKEN_MALFORMED'
  readonly token: SlackTokenKind
  constructor(token: SlackTokenKind) {
    const [name, form, hint] = TOKENS[token]
    super(`the Slack ${name} is missing or not of the form ${form}`, { hint })
    this.token = token
  }
}

/** Slack does not take a token: it is wrong, was revoked, or is of another kind. Fatal for the account. */
export class SlackTokenRejected extends OpenClawError {
  override readonly name = 'SlackTokenRejected'
  override readonly code = 'ERR_SLACK_TOKEN_REJECTED'
  readonly token: SlackTokenKind
  constructor(token: SlackTokenKind, reason: string) {
    const [name, , hint] = TOKENS[token]
    super(`Slack does not accept the ${name} (${reason})`, { hint })
    this.token = token
  }
}

/** A token lacks a scope that this channel needs. Fatal for the account. */
export class SlackScopeMissing extends OpenClawError {
  override readonly name = 'SlackScopeMissing'
  override readonly code = 'ERR_SLACK_SCOPE_MISSING'
  constructor(token: SlackTokenKind, needed: string) {
    const [name] = TOKENS[token]
    super(`the Slack ${name} lacks the scope ${needed}`, {
      hint:
        token === 'botToken'
          ? 'Add it at https://api.slack.com/apps → your app → OAuth & Permissions → Bot Token Scopes, and reinstall the app.'
          : 'Make a new app-level token with it at https://api.slack.com/apps → your app → Basic Information.',
    })
  }
}

/** Socket Mode is switched off in the app's settings. Fatal for the account. */
export class SlackSocketModeOff extends OpenClawError {
  override readonly name = 'SlackSocketModeOff'
  override readonly code = 'ERR_SLACK_SOCKET_MODE_OFF'
  constructor() {
    super('Socket Mode is switched off for this Slack app', {
      hint: 'Switch it on at https://api.slack.com/apps → your app → Socket Mode.',
    })
  }
}

/** The token is of another workspace than the people of this account. Fatal for the account. */
export class SlackWorkspaceChanged extends OpenClawError {
  override readonly name = 'SlackWorkspaceChanged'
  override readonly code = 'ERR_SLACK_WORKSPACE_CHANGED'
  constructor(before: string, now: string) {
    super(`this account belongs to workspace ${before}, and its token to ${now}`, {
      hint: 'A user id says who somebody is in one workspace alone: give the other workspace an account of its own (`channels.slack.accounts.<name>`).',
    })
  }
}

/** The API root may not be used: the tokens would travel in clear, or the address is none. */
export class SlackApiRootInvalid extends OpenClawError {
  override readonly name = 'SlackApiRootInvalid'
  override readonly code = 'ERR_SLACK_API_ROOT_INVALID'
  constructor(problem: string) {
    super(`\`apiRoot\` ${problem}`, {
      hint: 'Use https://slack.com/api, another https root, or http on this machine (127.0.0.1).',
    })
  }
}

/** What answers at the API root is not Slack's Web API. Fatal for the account. */
export class SlackNotFound extends OpenClawError {
  override readonly name = 'SlackNotFound'
  override readonly code = 'ERR_SLACK_NOT_FOUND'
  constructor(origin: string) {
    super(`${origin} is not Slack's Web API (404)`, {
      hint: 'Check `channels.slack.apiRoot`; https://slack.com/api is the right one unless you run your own.',
    })
  }
}

/** Every error of this package. */
export type SlackError =
  | InvalidSlackSender
  | SlackTokenMalformed
  | SlackTokenRejected
  | SlackScopeMissing
  | SlackSocketModeOff
  | SlackWorkspaceChanged
  | SlackApiRootInvalid
  | SlackNotFound
