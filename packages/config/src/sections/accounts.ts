import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type { AccountConfig } from '../account-types.ts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { isOff } from '../policy/level.ts'
import { accountsOf, type ChannelSection, type ChannelSections } from './channels.ts'

const WEBCHAT = 'webchat' as ChannelName

/** Channels whose accounts carry more than a policy. */
const BUILT_IN: ReadonlySet<string> = new Set([
  'telegram',
  'signal',
  'imessage',
  'slack',
  'whatsapp',
  'discord',
  'webchat',
])

/** The web chat: on unless it is switched off, or nobody can tell. */
export function readWebchat(
  sections: ChannelSections,
  policyOf: PolicyOf,
): readonly AccountConfig[] {
  const section = sections?.get(WEBCHAT)
  const enabled = sections !== undefined && (section === undefined || !isOff(section.level))
  const address = { channel: WEBCHAT, account: DEFAULT_ACCOUNT }
  return [{ ...address, enabled, policy: policyOf(address) }]
}

/** The accounts of channels that are not built in: their lists can be worked on. */
export function readOthers(
  sections: ChannelSections,
  policyOf: PolicyOf,
): readonly AccountConfig[] {
  return [...(sections?.values() ?? [])]
    .filter(({ name }) => !BUILT_IN.has(name))
    .flatMap((section) =>
      accountsOf(section).map((account) => ({
        channel: section.name,
        account,
        enabled: isEnabled(section, account),
        policy: policyOf({ channel: section.name, account }),
      })),
    )
}

/** On unless the channel or the account is switched off; what cannot be understood is off. */
export function isEnabled({ level, accounts }: ChannelSection, account: AccountId): boolean {
  const own = accounts.get(account)
  return !isOff(level) && (own === undefined || !isOff(own))
}
