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

/**
 * What an account lacks so that nothing is even tried for it, and where to get it; one sentence without a full stop.
 * `undefined` where a gateway connects, or tries and says itself what is wrong. Never throws.
 */
export function missingToConnect(
  config: Pick<Config, 'telegram' | 'signal' | 'imessage' | 'discord' | 'slack'>,
  { channel, account }: ChannelAddress,
): string | undefined {
  const of = <A extends AccountConfig>(
    accounts: readonly A[],
    lacks: (each: A) => string | undefined,
  ): readonly (string | undefined)[] =>
    accounts.filter((each) => each.channel === channel && each.account === account).map(lacks)
  return [
    ...of(config.telegram, telegramLacks),
    ...of(config.signal, signalLacks),
    ...of(config.imessage, imessageLacks),
    ...of(config.discord, discordLacks),
    ...of(config.slack, slackLacks),
  ][0]
}

function telegramLacks({ botToken, botTokenSource }: TelegramAccountConfig): string | undefined {
  if (botToken !== undefined) return undefined
  return `there is no bot token; get one from @BotFather and put it into ${botTokenSource}`
}

function discordLacks({ token, tokenSource }: DiscordAccountConfig): string | undefined {
  if (token !== undefined) return undefined
  return `there is no bot token; get one at https://discord.com/developers/applications → Bot → Reset Token and put it into ${tokenSource}`
}

/** With one of the two it is tried, and fails for want of the other. */
function slackLacks(slack: SlackAccountConfig): string | undefined {
  const { mode, botToken, appToken, signingSecret } = slack
  const isHttp = mode === 'http'
  if ((botToken ?? (isHttp ? signingSecret : appToken)) !== undefined) return undefined
  const second = isHttp
    ? `the signing secret into ${slack.signingSecretSource}`
    : `an app-level token (xapp-…) into ${slack.appTokenSource}`
  return `there are no tokens; get them at https://api.slack.com/apps and put the bot token (xoxb-…) into ${slack.botTokenSource} and ${second}`
}

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
