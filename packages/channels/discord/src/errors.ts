import { OpenClawError } from '@openclaw/pairing-contracts'

/** What is wrong with a typed sender id. */
export type SenderProblem = 'name' | 'proxy' | 'place' | 'wildcard' | 'malformed'

const SENDER_PROBLEMS: Readonly<Record<SenderProblem, readonly [problem: string, fix: string]>> = {
  name: [
    'a name or tag can be changed, and taken by somebody else',
    'Use the user id: the reply to a new sender names it, and so does `openclaw pairing list discord`; or switch Developer Mode on in Discord (User Settings → Advanced) and choose “Copy User ID”.',
  ],
  proxy: [
    'a PluralKit id is no account of Discord',
    'Use the user id of the account that writes, 17 to 20 digits.',
  ],
  place: [
    'a role or a channel is not a person',
    'Use the user id of one person, such as 123456789012345678.',
  ],
  wildcard: [
    '`*` is not a person',
    'Use a user id; to admit everyone, set `channels.discord.dmPolicy` to "open" with `allowFrom: ["*"]`.',
  ],
  malformed: [
    'a Discord user id is 17 to 20 digits',
    'Use the id alone, or with `discord:` or `user:` before it, such as 123456789012345678.',
  ],
}

/** What was typed is not a Discord user id. */
export class InvalidDiscordSender extends OpenClawError {
  override readonly name = 'InvalidDiscordSender'
  override readonly code = 'ERR_DISCORD_SENDER_INVALID'
  readonly problem: SenderProblem
  constructor(problem: SenderProblem) {
    const [message, hint] = SENDER_PROBLEMS[problem]
    super(message, { hint })
    this.problem = problem
  }
}

const TOKEN_HINT =
  'Get one at https://discord.com/developers/applications → your application → Bot → Reset Token, and set `channels.discord.token` or DISCORD_BOT_TOKEN.'

/** The token is missing or does not look like a bot token; holds nothing of it. */
export class DiscordTokenMalformed extends OpenClawError {
  override readonly name = 'DiscordTokenMalformed'
  override readonly code = 'ERR_DISCORD_TOKEN_MALFORMED'
  constructor() {
    super('the Discord bot token is missing or not three parts with dots between', {
      hint: TOKEN_HINT,
    })
  }
}

/** Discord does not take the token: it is wrong, or was reset. Fatal for the account. */
export class DiscordTokenRejected extends OpenClawError {
  override readonly name = 'DiscordTokenRejected'
  override readonly code = 'ERR_DISCORD_TOKEN_REJECTED'
  constructor(reason: string) {
    super(`Discord does not accept the bot token (${reason})`, { hint: TOKEN_HINT })
  }
}

/** The gateway does not take the intents that this channel asks for. Fatal for the account. */
export class DiscordIntentsRefused extends OpenClawError {
  override readonly name = 'DiscordIntentsRefused'
  override readonly code = 'ERR_DISCORD_INTENTS_REFUSED'
  constructor(closeCode: 4013 | 4014) {
    super(
      `Discord refuses the intent DIRECT_MESSAGES (${String(closeCode)}, ${closeCode === 4014 ? 'not allowed' : 'not known'})`,
      {
        hint:
          closeCode === 4014
            ? 'Look at https://discord.com/developers/applications → your application → Bot → Privileged Gateway Intents; if that does not help, ask Discord why the application is restricted.'
            : 'Update this program: the gateway counts its intents in another way.',
      },
    )
  }
}

/** The gateway ended the connection in a way that it will not change. Fatal for the account. */
export class DiscordGatewayRefused extends OpenClawError {
  override readonly name = 'DiscordGatewayRefused'
  override readonly code = 'ERR_DISCORD_GATEWAY_REFUSED'
  readonly closeCode: number
  constructor(closeCode: number) {
    super(`Discord's gateway refuses this connection (${String(closeCode)})`, {
      hint: 'Update this program; the codes are explained at https://discord.com/developers/docs/topics/opcodes-and-status-codes.',
    })
    this.closeCode = closeCode
  }
}

/** The API root may not be used: the token would travel in clear, or the address is none. */
export class DiscordApiRootInvalid extends OpenClawError {
  override readonly name = 'DiscordApiRootInvalid'
  override readonly code = 'ERR_DISCORD_API_ROOT_INVALID'
  constructor(problem: string) {
    super(`\`apiRoot\` ${problem}`, {
      hint: 'Use https://discord.com/api, another https root, or http on this machine (127.0.0.1).',
    })
  }
}

/** What answers at the API root is not Discord's REST API. Fatal for the account. */
export class DiscordNotFound extends OpenClawError {
  override readonly name = 'DiscordNotFound'
  override readonly code = 'ERR_DISCORD_NOT_FOUND'
  constructor(origin: string) {
    super(`${origin} is not Discord's REST API (404)`, {
      hint: 'Check `channels.discord.apiRoot`; https://discord.com/api is the right one unless you run your own.',
    })
  }
}

/** Every error of this package. */
export type DiscordError =
  | InvalidDiscordSender
  | DiscordTokenMalformed
  | DiscordTokenRejected
  | DiscordIntentsRefused
  | DiscordGatewayRefused
  | DiscordApiRootInvalid
  | DiscordNotFound
