import type { ChannelAddress } from '@openclaw/pairing-contracts'
import type {
  AccountConfig,
  DiscordAccountConfig,
  ImessageAccountConfig,
  SignalAccountConfig,
  SlackAccountConfig,
  TelegramAccountConfig,
} from './account-types.ts'
import type { Config } from './types.ts'

type Tokens = Pick<Config, 'telegram' | 'discord' | 'slack'>

/**
 * Which tokens an account lacks: where to get them and where to put them, in words that go on a sentence. `undefined` where
 * it has all, or needs none. Never throws.
 */
export function missingTokens(config: Tokens, address: ChannelAddress): string | undefined {
  return [
    ...of(config.telegram, address, telegramNeeds),
    ...of(config.discord, address, discordNeeds),
    ...of(config.slack, address, slackNeeds),
  ][0]
}

/**
 * What an account lacks so that nothing is even tried for it, and where to get it; one sentence without a full stop.
 * `undefined` where a gateway connects, or tries and says itself what is wrong. Never throws.
 */
export function missingToConnect(
  config: Tokens & Pick<Config, 'signal' | 'imessage'>,
  address: ChannelAddress,
): string | undefined {
  const tokens = missingTokens(config, address)
  return [
    ...of(config.telegram, address, () => tokens && `there is no bot token; ${tokens}`),
    ...of(config.signal, address, signalLacks),
    ...of(config.imessage, address, imessageLacks),
    ...of(config.discord, address, () => tokens && `there is no bot token; ${tokens}`),
    ...of(config.slack, address, (slack) =>
      hasOne(slack) ? undefined : tokens && `there are no tokens; ${tokens}`,
    ),
  ][0]
}

function of<A extends AccountConfig>(
  accounts: readonly A[],
  { channel, account }: ChannelAddress,
  says: (each: A) => string | undefined,
): readonly (string | undefined)[] {
  return accounts.filter((each) => each.channel === channel && each.account === account).map(says)
}

function telegramNeeds({ botToken, botTokenSource }: TelegramAccountConfig): string | undefined {
  if (botToken !== undefined) return undefined
  return `get one from @BotFather and put it into ${botTokenSource}`
}

function discordNeeds({ token, tokenSource }: DiscordAccountConfig): string | undefined {
  if (token !== undefined) return undefined
  return `get one at https://discord.com/developers/applications → Bot → Reset Token and put it into ${tokenSource}`
}

/** Socket Mode needs two tokens; over HTTP Slack signs instead of the second. */
function slackNeeds(slack: SlackAccountConfig): string | undefined {
  const { botToken, botTokenSource } = slack
  const needed = [[botToken, 'the bot token (xoxb-…)', botTokenSource] as const, secondOf(slack)]
  const missing = needed.flatMap(([secret, what, place]) =>
    secret === undefined ? [`${what} into ${place}`] : [],
  )
  if (missing.length === 0) return undefined
  return `get them at https://api.slack.com/apps and put ${missing.join(' and ')}`
}

function secondOf(slack: SlackAccountConfig) {
  return slack.mode === 'http'
    ? ([slack.signingSecret, 'the signing secret', slack.signingSecretSource] as const)
    : ([slack.appToken, 'an app-level token (xapp-…)', slack.appTokenSource] as const)
}

/** With one of the two it is tried, and fails for want of the other. */
const hasOne = (slack: SlackAccountConfig): boolean =>
  (slack.botToken ?? secondOf(slack)[0]) !== undefined

function signalLacks({ account, httpUrl }: SignalAccountConfig): string | undefined {
  if (httpUrl !== undefined) return undefined
  const place = placeOf('signal', account)
  return `no daemon of signal-cli is named; put the number into ${place}.account, or its address into ${place}.httpUrl`
}

function imessageLacks(mac: ImessageAccountConfig): string | undefined {
  if (mac.bluebubbles !== undefined || mac.imsg !== undefined) return undefined
  const server = placeOf('bluebubbles', mac.account)
  return `no Mac is named; put the address of a BlueBubbles server into ${server}.serverUrl, or the path of imsg into ${placeOf('imessage', mac.account)}.cliPath`
}

const placeOf = (channel: string, account: string): string =>
  account === 'default' ? `channels.${channel}` : `channels.${channel}.accounts.${account}`
