import type { Node } from '../read/node.ts'
import type { Config } from '../types.ts'
import { readOthers, readWebchat } from './accounts.ts'
import { readDiscord } from './discord.ts'
import { bluebubblesCalledAt, readImessage } from './imessage.ts'
import { readSignal } from './signal.ts'
import { readSlack } from './slack.ts'
import { readTelegram, type TelegramSources } from './telegram.ts'
import { readWeb } from './web.ts'
import { refuseSharedPaths } from './webhook-path.ts'
import { cloudCalledAt, readWhatsapp } from './whatsapp.ts'

type BuiltIn = 'telegram' | 'whatsapp' | 'signal' | 'imessage' | 'discord' | 'slack' | 'webchat'

/** What the accounts of all channels are read from. */
export interface EveryChannelSources extends TelegramSources {
  /** OpenClaw's section about linked devices. */
  readonly web: Node
}

/** The accounts of each channel, and of all together. */
export function readEveryChannel(
  sources: EveryChannelSources,
  credentialsDir: string,
): Pick<Config, BuiltIn | 'accounts'> {
  const { channels, sections, policyOf, secrets } = sources
  const web = readWeb(sources.web)
  const read: Pick<Config, BuiltIn> = {
    telegram: readTelegram(sources),
    whatsapp: readWhatsapp({ sections, policyOf, places: secrets, credentialsDir, web }),
    signal: readSignal(sections, policyOf),
    imessage: readImessage(sections, policyOf),
    discord: readDiscord(sources),
    slack: readSlack(sources),
    webchat: readWebchat(sections, policyOf),
  }
  const { slack, imessage, whatsapp } = read
  const called = [...slack, ...imessage.map(bluebubblesCalledAt), ...whatsapp.map(cloudCalledAt)]
  refuseSharedPaths(channels, called)
  return { ...read, accounts: [...Object.values(read).flat(), ...readOthers(sections, policyOf)] }
}
