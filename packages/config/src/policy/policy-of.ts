import type { ChannelAddress, ChannelName, DmPolicy, PolicyOf } from '@openclaw/pairing-contracts'
import { channelDefinition } from '../channels/table.ts'
import type { Node } from '../read/node.ts'
import { type ChannelSection, type ChannelSections, emptySection } from '../sections/channels.ts'
import type { Owners } from './owners.ts'
import { resolvePolicy } from './resolve.ts'

/** Policies of channels that nothing is written about, kept so that the same question has the same object as answer. */
const MAX_KEPT = 256

/** What policies are made from. */
export interface PolicySources {
  readonly channels: Node
  readonly sections: ChannelSections
  readonly owners: Owners
}

/**
 * Answers the policy of any account. An account that is not configured has its channel's; a channel that is not
 * configured has the defaults; where `channels` itself cannot be understood, everything is `disabled`.
 */
export function policyReader(sources: PolicySources): PolicyOf {
  const kept = new Map<string, DmPolicy>()
  const known = new Map(
    [...(sources.sections ?? [])].map(([name, each]) => [name, level(sources, each)]),
  )
  return ({ channel, account }: ChannelAddress) => {
    const section = known.get(channel)
    if (section !== undefined) return section.accounts.get(account) ?? section.channel
    const before = kept.get(channel)
    if (before !== undefined) return before
    const policy = unwritten(sources, channel)
    if (kept.size < MAX_KEPT) kept.set(channel, policy)
    return policy
  }
}

interface SectionPolicies {
  readonly channel: DmPolicy
  readonly accounts: ReadonlyMap<string, DmPolicy>
}

function level({ owners }: PolicySources, section: ChannelSection): SectionPolicies {
  const definition = channelDefinition(section.name)
  const parts = { definition, ...ownersOn(owners, section.name), channel: section.level }
  const accounts = [...section.accounts].map(
    ([id, account]) => [id, resolvePolicy({ ...parts, account })] as const,
  )
  return { channel: resolvePolicy(parts), accounts: new Map(accounts) }
}

function unwritten({ channels, sections, owners }: PolicySources, name: ChannelName): DmPolicy {
  const { level: channel } = emptySection(channels, name)
  const definition = channelDefinition(name)
  const policy = resolvePolicy({ definition, ...ownersOn(owners, name), channel })
  return sections === undefined ? { ...policy, policy: 'disabled' } : policy
}

function ownersOn({ of, source }: Owners, name: ChannelName) {
  return { owners: of.get(name) ?? [], ownersSource: source }
}
