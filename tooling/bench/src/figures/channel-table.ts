import {
  startBlueBubblesEmulator,
  startDiscordEmulator,
  startSignalEmulator,
  startSlackEmulator,
  startTelegramEmulator,
  startWhatsappEmulator,
} from '@openclaw-pairing/emulators'

/** The far side of a channel, and how a gateway is told where it is. */
export interface FarSide {
  /** The section `channels` of the configuration. */
  readonly channels: object
  readonly close: () => Promise<void>
}

/** A channel whose memory is measured. */
export interface MeasuredChannel {
  readonly name: string
  /** Where its SDK is found from. */
  readonly folder: string
  /** What the channel loads when it is configured. */
  readonly sdk: readonly string[]
  readonly start: () => Promise<FarSide>
}

/** Each with a loopback stand-in of its platform. */
export const measuredChannels: readonly MeasuredChannel[] = [
  {
    name: 'telegram',
    folder: 'packages/channels/telegram',
    sdk: ['grammy'],
    start: async () => {
      const { url: apiRoot, token: botToken, close } = await startTelegramEmulator()
      return { channels: { telegram: { apiRoot, botToken } }, close }
    },
  },
  {
    name: 'whatsapp, Cloud API',
    folder: 'packages/channels/whatsapp',
    sdk: [],
    start: async () => {
      const { url, phoneNumberId, accessToken, appSecret, close } = await startWhatsappEmulator()
      const keys = { phoneNumberId, accessToken, appSecret, verifyToken: 'a-word-of-ours' }
      return { channels: { whatsapp: { cloud: { apiRoot: url, ...keys } } }, close }
    },
  },
  {
    name: 'signal',
    folder: 'packages/channels/signal',
    sdk: ['eventsource-parser'],
    start: async () => {
      const { url: httpUrl, number: account, close } = await startSignalEmulator()
      return { channels: { signal: { httpUrl, account } }, close }
    },
  },
  {
    name: 'discord',
    folder: 'packages/channels/discord',
    sdk: ['@discordjs/rest', '@discordjs/ws'],
    start: async () => {
      const { url: apiRoot, token, close } = await startDiscordEmulator()
      return { channels: { discord: { apiRoot, token } }, close }
    },
  },
  {
    name: 'imessage',
    folder: 'packages/channels/imessage',
    sdk: [],
    start: async () => {
      const { url: serverUrl, password, close } = await startBlueBubblesEmulator()
      return { channels: { bluebubbles: { serverUrl, password } }, close }
    },
  },
  {
    name: 'slack',
    folder: 'packages/channels/slack',
    sdk: ['@slack/socket-mode', '@slack/web-api'],
    start: async () => {
      const { url: apiRoot, botToken, appToken, close } = await startSlackEmulator()
      return { channels: { slack: { apiRoot, botToken, appToken } }, close }
    },
  },
]
