import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Webchat, webchat } from '@openclaw/channel-webchat'
import { approveCommandOf } from '@openclaw/dm-pairing'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Config } from '@openclaw/pairing-config'
import type { ChannelConnection, Clock, EpochMs } from '@openclaw/pairing-contracts'
import { PENDING_PER_ADDRESS } from '../limits.ts'
import { cookieKey } from '../machine/cookie-key.ts'
import { apart } from './apart.ts'
import { discordConnections } from './discord.ts'
import { imessageConnections } from './imessage.ts'
import { signalConnections } from './signal.ts'
import { slackConnections } from './slack.ts'
import { telegramConnections } from './telegram.ts'
import { webchatPeople } from './webchat-people.ts'
import { whatsappConnections } from './whatsapp.ts'

/** What connections are made of. */
export interface BuildComponents {
  readonly config: Config
  readonly pairing: NodePairing
  /** How commands begin where strangers read them. */
  readonly publicCli: string
}

/** The connections of everything that is configured, not yet running. */
export interface Connections {
  /** `undefined` where the web chat is off. */
  readonly chat: Webchat | undefined
  readonly connections: readonly ChannelConnection[]
}

const clock: Clock = { now: () => Date.now() as EpochMs }
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Makes a connection of each account that is on. */
export async function connectionsOf(components: BuildComponents): Promise<Connections> {
  const { config } = components
  const account = config.webchat.find(({ enabled }) => enabled)
  const { stateDir } = config.paths
  const chat =
    account &&
    chatOf(components, account, await cookieKey(join(stateDir, account.channel, 'cookie-key')))
  const others = await othersOf(config)
  return { chat, connections: [...(chat ? [chat.connection] : []), ...others] }
}

/** In the order in which people read them. */
async function othersOf(config: Config): Promise<readonly ChannelConnection[]> {
  const { telegram, whatsapp, signal, imessage, discord, slack } = config
  const { publicUrl } = config.devicePair
  const at = { clock, stateDir: config.paths.stateDir }
  const made = await Promise.all([
    apart(telegram, () => telegramConnections(at, telegram)),
    apart(whatsapp, () => whatsappConnections(at, whatsapp)),
    apart(signal, () => signalConnections(at, signal)),
    apart(imessage, () => imessageConnections({ ...at, publicUrl }, imessage)),
    apart(discord, () => discordConnections(at, discord)),
    apart(slack, () => slackConnections(at, slack)),
  ])
  return made.flat()
}

function chatOf(
  { pairing, publicCli }: BuildComponents,
  { channel, account }: Config['webchat'][number],
  key: Uint8Array,
): Webchat {
  const address = { channel, account }
  const policy = () => pairing.config().policyOf(address)
  const people = webchatPeople({
    people: pairing.people,
    policyOf: policy,
    approveCommand: (place, code) => approveCommandOf(publicCli, place, code),
    address,
  })
  return webchat(
    { clock, random: randomBytes, sha256, people, cookieKey: key },
    {
      account,
      hosts: 'any',
      // One address never fills a list, however short it is configured.
      pendingPerAddress: () => Math.max(1, Math.min(PENDING_PER_ADDRESS, policy().maxPending - 1)),
    },
  )
}
