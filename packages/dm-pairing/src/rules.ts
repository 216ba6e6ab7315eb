import type {
  ChannelDefinition,
  DmPolicy,
  DmPolicyName,
  SenderId,
} from '@openclaw/pairing-contracts'
import { isSenderId } from './keys.ts'
import { DEFAULT_MAX_PENDING, MAX_PENDING_LIMIT } from './limits.ts'

/** A policy with its lists read into the spelling that the channel compares by. */
export interface Rules {
  readonly policy: DmPolicyName
  /** `*` stands in `allowFrom`; it counts under `open` alone. */
  readonly wildcard: boolean
  readonly allowed: ReadonlySet<SenderId>
  readonly owners: ReadonlySet<SenderId>
  /** Entries that are no sender of this channel; they match nobody. */
  readonly unusable: readonly string[]
  readonly maxPending: number
  readonly source: DmPolicy
}

/** Reads a policy's lists, once per policy object and channel. */
export type RulesReader = (definition: ChannelDefinition, policy: DmPolicy) => Rules

/** A reader that remembers what it read as long as the policy object lives. */
export function rulesReader(): RulesReader {
  const channels = new WeakMap<ChannelDefinition, WeakMap<DmPolicy, Rules>>()
  const readOnce = (definition: ChannelDefinition, policy: DmPolicy): Rules => {
    const perChannel = channels.get(definition) ?? new WeakMap<DmPolicy, Rules>()
    channels.set(definition, perChannel)
    const rules = perChannel.get(policy) ?? readRules(definition, policy)
    perChannel.set(policy, rules)
    return rules
  }
  let last: { readonly definition: ChannelDefinition; readonly rules: Rules } | undefined
  return (definition, policy) => {
    // most messages come on the same account as the one before
    if (last?.definition === definition && last.rules.source === policy) return last.rules
    const rules = readOnce(definition, policy)
    last = { definition, rules }
    return rules
  }
}

function readRules(definition: ChannelDefinition, policy: DmPolicy): Rules {
  const entries = policy.allowFrom.filter((entry) => entry.trim() !== '*')
  const allowed = readSenders(definition, entries)
  const owners = readSenders(definition, policy.owners)
  return {
    policy: policy.policy,
    wildcard: entries.length < policy.allowFrom.length,
    allowed: allowed.senders,
    owners: owners.senders,
    unusable: [...allowed.unusable, ...owners.unusable],
    maxPending: boundedPending(policy.maxPending),
    source: policy,
  }
}

/** How many requests may wait, also where the number that is configured is none. */
export function boundedPending(configured: number): number {
  if (!Number.isInteger(configured)) return DEFAULT_MAX_PENDING
  return Math.min(Math.max(configured, 1), MAX_PENDING_LIMIT)
}

function readSenders(
  definition: ChannelDefinition,
  entries: readonly string[],
): { readonly senders: ReadonlySet<SenderId>; readonly unusable: readonly string[] } {
  const senders = new Set<SenderId>()
  const unusable: string[] = []
  for (const entry of entries) {
    const sender = senderOrNothing(definition, entry)
    if (sender === undefined) unusable.push(entry)
    else senders.add(sender)
  }
  return { senders, unusable }
}

/** The one spelling of what was typed; `undefined` when it is no sender of this channel. */
export function senderOrNothing(
  definition: Pick<ChannelDefinition, 'parseSender'>,
  typed: string,
): SenderId | undefined {
  try {
    const sender = definition.parseSender(typed)
    return isSenderId(sender) ? sender : undefined
  } catch {
    return undefined
  }
}
