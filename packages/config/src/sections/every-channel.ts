import type { Config } from '../types.ts'
import { readOthers, readWebchat } from './accounts.ts'
import { readDiscord } from './discord.ts'
import { bluebubblesCalledAt, readImessage } from './imessage.ts'
import { readSignal } from './signal.ts'
import { readSlack } from './slack.ts'
import { readTelegram, type TelegramSources } from './telegram.ts'
import { refuseSharedPaths } from './webhook-path.ts'
import { cloudCalledAt, readWhatsapp } from './whatsapp.ts'

type BuiltIn = 'telegram' | 'whatsapp' | 'signal' | 'imessage' | 'discord' | 'slack' | 'webchat'

/** The accounts of each channel, and of all together. */
export function readEveryChannel(
  sources: TelegramSources,
  credentialsDir: string,
): Pick<Config, BuiltIn | 'accounts'> {
  const { channels, sections, policyOf, secrets } = sources
  const read: Pick<Config, BuiltIn> = {
    telegram: readTelegram(sources),
    whatsapp: readWhatsapp({ sections, policyOf, places: secrets, credentialsDir }),
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
