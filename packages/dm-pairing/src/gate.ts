import type {
  EpochMs,
  Gate,
  GatedMessage,
  GateOutcome,
  InboundDm,
  SenderGrant,
} from '@openclaw/pairing-contracts'
import type { AccountMemory } from './account-memory.ts'
import type { SenderRecord } from './collections.ts'
import { countTurnedAway } from './counters.ts'
import { learnIds } from './learn.ts'
import { MAX_MESSAGE_KEY } from './limits.ts'
import type { MessageName } from './message-window.ts'
import type { Parts } from './parts.ts'
import { type Standing, standingOf } from './standing.ts'
import { receiveStranger } from './stranger.ts'

const NOT_A_DM: GateOutcome = {
  outcome: 'ignored',
  because: 'not-a-dm',
  reason: 'not a direct message; pairing is for direct messages only',
}
const DUPLICATE: GateOutcome = {
  outcome: 'ignored',
  because: 'duplicate',
  reason: 'this message was handled already',
}
const IGNORED = {
  blocked: {
    outcome: 'ignored',
    because: 'blocked',
    reason: 'the owner blocked this sender',
  },
  'policy-disabled': {
    outcome: 'ignored',
    because: 'policy-disabled',
    reason: 'direct messages are turned off for this account',
  },
  'policy-allowlist': {
    outcome: 'ignored',
    because: 'policy-allowlist',
    reason: 'this account admits only who stands in its configuration',
  },
} as const satisfies Readonly<Record<string, GateOutcome>>

const REASONS: Readonly<Record<SenderGrant['via'], string>> = {
  store: 'the owner let this sender in',
  config: 'this sender stands in the configured allowFrom',
  open: 'the policy of this account admits everyone',
  owner: 'this sender is an owner',
}
const GRANTS: Readonly<Record<SenderGrant['via'], SenderGrant>> = {
  store: { via: 'store' },
  config: { via: 'config' },
  open: { via: 'open' },
  owner: { via: 'owner' },
}

/** The one door for messages; the only maker of a {@link GatedMessage}. */
export function gateOf(parts: Parts): Gate {
  return async (inbound) => {
    if (inbound.kind !== 'dm') return NOT_A_DM
    const memory = parts.memories.of(inbound)
    const now = parts.clock.now()
    const at = { now, prefix: memory.prefix }
    const before = standingOf(parts, inbound, at)
    const learnt =
      inbound.aliases.length > 0 &&
      (await learnIds(parts, { message: inbound, memory, now }, before.known))
    const standing = learnt ? standingOf(parts, inbound, at) : before
    if (standing.decision.decision === 'ignored') return IGNORED[standing.decision.because]
    const name = nameOf(parts, inbound)
    if (memory.delivered.has(name, now) || memory.refused.has(name, now)) return DUPLICATE
    if (standing.decision.decision === 'stranger') {
      return receive(parts, { message: inbound, memory, name, now }, standing)
    }
    memory.delivered.add(name, now)
    return admit(inbound, standing.decision.via, standing.record)
  }
}

/**
 * Lets the gate take the same message again: it was delivered, but whoever got it could not handle it, and the
 * channel will offer it once more.
 */
export function releaseOf(parts: Parts): (message: GatedMessage) => void {
  return (message) => parts.memories.of(message).delivered.remove(nameOf(parts, message))
}

interface Received {
  readonly message: InboundDm
  readonly memory: AccountMemory
  readonly name: MessageName
  readonly now: EpochMs
}

async function receive(
  parts: Parts,
  { message, memory, name, now }: Received,
  { rules }: Standing,
): Promise<GateOutcome> {
  const outcome = await receiveStranger(parts, { message, memory, rules })
  if (outcome.outcome === 'granted' || outcome.outcome === 'owner') {
    if (memory.delivered.has(name, now)) return DUPLICATE
    memory.delivered.add(name, now)
    return outcome.outcome === 'owner'
      ? admit(message, 'owner', undefined)
      : admit(message, 'store', outcome.record)
  }
  if (outcome.outcome === 'ignored') return outcome
  // The second of two deliveries at the same instant is not counted again.
  if (outcome.outcome === 'full' && memory.refused.has(name, now)) return DUPLICATE
  if (outcome.outcome === 'full') countTurnedAway(memory, now)
  memory.refused.add(name, now)
  return outcome
}

function admit(
  message: InboundDm,
  via: SenderGrant['via'],
  record: SenderRecord | undefined,
): GateOutcome {
  return {
    outcome: 'deliver',
    message: message as GatedMessage,
    grant: via === 'store' && record ? grantOf(record) : GRANTS[via],
    reason: REASONS[via],
  }
}

function grantOf({ since, expiresAt }: SenderRecord): SenderGrant {
  return expiresAt === undefined ? { via: 'store', since } : { via: 'store', since, expiresAt }
}

/** Bounded, so that a long id cannot fill the memory; cut off, two could become one. */
function nameOf(parts: Parts, { messageKey, senderId }: InboundDm): MessageName {
  const key = messageKey.length <= MAX_MESSAGE_KEY ? messageKey : parts.sha256(messageKey)
  return { key, senderId }
}
