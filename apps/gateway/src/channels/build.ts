import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Webchat, webchat } from '@openclaw/channel-webchat'
import { approveCommandOf } from '@openclaw/dm-pairing'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Config } from '@openclaw/pairing-config'
import { PENDING_PER_ADDRESS } from '../limits.ts'
import { cookieKey } from '../machine/cookie-key.ts'
import type { Account } from './account.ts'
import { apart } from './apart.ts'
import type { Connections } from './channels.ts'
import { discordAccounts } from './discord.ts'
import { imessageAccounts } from './imessage.ts'
import { sharedCookieKey } from './shared-cookie-key.ts'
import { sharedStateOf } from './shared-state.ts'
import { signalAccounts } from './signal.ts'
import { slackAccounts } from './slack.ts'
import { telegramAccounts } from './telegram.ts'
import { webchatPeople } from './webchat-people.ts'
import { whatsappAccounts } from './whatsapp.ts'

/** What connections are made of. */
export interface BuildComponents {
  readonly config: Config
  readonly pairing: NodePairing
  /** How commands begin where strangers read them. */
  readonly publicCli: string
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Prepares each account that is on. */
export async function connectionsOf(components: BuildComponents): Promise<Connections> {
  const { config } = components
  const account = config.webchat.find(({ enabled }) => enabled)
  const { stateDir } = config.paths
  const keyPath = join(stateDir, account?.channel ?? '', 'cookie-key')
  const chat = account && chatOf(components, account, await chatKey(components, keyPath))
  return { chat, accounts: await accountsOf(components) }
}

/** In the order in which people read them. */
async function accountsOf({ config, pairing }: BuildComponents): Promise<readonly Account[]> {
  const { telegram, whatsapp, signal, imessage, discord, slack } = config
  const { publicUrl } = config.devicePair
  const at = { clock: pairing.clock, stateDir: config.paths.stateDir }
  const made = await Promise.all([
    apart(telegram, () => telegramAccounts(at, telegram)),
    apart(whatsapp, () => whatsappAccounts(at, whatsapp)),
    apart(signal, () => signalAccounts(at, signal)),
    apart(imessage, () => imessageAccounts({ ...at, publicUrl }, imessage)),
    apart(discord, () => discordAccounts(at, discord)),
    apart(slack, () => slackAccounts(at, slack)),
  ])
  return made.flat()
}

/** Every gateway takes the cookies that another one gave. */
function chatKey({ pairing }: BuildComponents, path: string): Promise<Uint8Array> {
  const isShared = sharedStateOf(pairing) !== undefined
  return isShared ? sharedCookieKey(pairing.store, path) : cookieKey(path)
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
  const replicas = sharedStateOf(pairing)?.replicas
  const chat = webchat(
    {
      ...{ clock: pairing.clock, random: randomBytes, sha256, people, cookieKey: key },
      ...(replicas && { tell: (said) => replicas.tell(TOLD, { ...said }) }),
    },
    {
      account,
      hosts: 'any',
      // One address never fills a list, however short it is configured.
      pendingPerAddress: () => Math.max(1, Math.min(PENDING_PER_ADDRESS, policy().maxPending - 1)),
    },
  )
  replicas?.serve(TOLD, (said) => {
    chat.hear(said)
    return null
  })
  return chat
}

/** What the chats of several gateways tell each other. */
const TOLD = 'webchat'
