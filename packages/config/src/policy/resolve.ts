import type { ChannelDefinition, DmPolicy, DmPolicyName } from '@openclaw/pairing-contracts'
import { CLOUD_WINDOW_MS, DEFAULT_MAX_PENDING } from '../limits.ts'
import { orNothing, type Read, WRONG } from '../read/node.ts'
import { spelled } from '../read/report.ts'
import { whatsappTransport } from '../sections/whatsapp-transport.ts'
import { type AllowList, warnUnusable } from './entries.ts'
import { isOff, type Level } from './level.ts'

/** What the policy of an account is made of. */
export interface PolicyParts {
  readonly definition: ChannelDefinition
  readonly owners: readonly string[]
  /** Where they stand, in words. */
  readonly ownersSource: string
  /** The channel's own level. */
  readonly channel: Level
  /** The account's level; absent for an account that is not configured. */
  readonly account?: Level
}

/**
 * The policy in force: what the account says, else what its channel says, else the default. Nothing is ever
 * filled in at the account that would hide the channel. What is written and cannot be understood admits nobody.
 */
export function resolvePolicy(parts: PolicyParts): DmPolicy {
  const { owners, ownersSource, channel } = parts
  const list = inherited(parts, 'allowFrom')
  const allowFrom = orNothing(list)?.entries ?? []
  const replyTemplate = orNothing(inherited(parts, 'replyTemplate'))
  const listNode = orNothing(list)?.node ?? channel.node
  const path = orNothing(list)?.node.path ?? [...channel.node.path, 'allowFrom']
  return {
    policy: checked(parts, { policy: effective(parts), allowFrom }),
    allowFrom,
    owners,
    ownersSource,
    allowFromSource: `${spelled(path)} in ${listNode.report.fileOf(path)}`,
    replyMode: replyMode(parts, isPersonal(parts) ? 'silent' : 'code'),
    ...(replyTemplate !== undefined && { replyTemplate }),
    maxPending: orNothing(inherited(parts, 'maxPending')) ?? DEFAULT_MAX_PENDING,
    ...(isBusiness(parts) && { answerWithinMs: CLOUD_WINDOW_MS }),
  }
}

/** A business number of WhatsApp is nobody's own: people write to it on purpose. */
function isBusiness({ definition, channel, account }: PolicyParts): boolean {
  if (definition.name !== 'whatsapp') return false
  const levels = [account, channel].flatMap((level) => level?.node ?? [])
  return whatsappTransport(levels) === 'cloud'
}

const isPersonal = (parts: PolicyParts): boolean => parts.definition.personal && !isBusiness(parts)

/** Warns once, where it is written, of what each list holds. */
export function warnAboutList(level: Level, definition: ChannelDefinition): void {
  const list = orNothing(level.allowFrom)
  if (list !== undefined) warnUnusable(list, definition)
}

function inherited<
  K extends 'policy' | 'dmEnabled' | 'allowFrom' | 'reply' | 'replyTemplate' | 'maxPending',
>({ channel, account }: PolicyParts, key: K): Level[K] {
  const own = account?.[key]
  return own === undefined ? channel[key] : own
}

function effective(parts: PolicyParts): DmPolicyName {
  const { channel, account } = parts
  const broken = [channel, account].some((level) => level !== undefined && isOff(level))
  const dm = inherited(parts, 'dmEnabled')
  const policy = inherited(parts, 'policy')
  if (broken || dm === false || dm === WRONG || policy === WRONG) return 'disabled'
  return policy ?? 'pairing'
}

/** `open` says "everyone" twice or not at all: without `"*"` it admits only those who are listed. */
function checked(
  parts: PolicyParts,
  { policy, allowFrom }: { readonly policy: DmPolicyName; readonly allowFrom: readonly string[] },
): DmPolicyName {
  const isOpenTo = allowFrom.includes('*')
  const { node } = decisive(parts)
  if (policy === 'open' && !isOpenTo) {
    node.report.error([...node.path, 'allowFrom'], {
      problem: '"open" needs "*" in allowFrom',
      fix: 'Write allowFrom: ["*"] to admit everyone, or dmPolicy: "pairing".',
    })
    return 'allowlist'
  }
  if (policy === 'allowlist' && allowFrom.length === 0)
    node.report.warn([...node.path, 'allowFrom'], {
      problem: '"allowlist" with an empty allowFrom admits nobody',
      fix: 'List somebody in allowFrom, or write dmPolicy: "pairing".',
    })
  if ((policy === 'pairing' || policy === 'allowlist') && isOpenTo)
    warnWildcard(orNothing(inherited(parts, 'allowFrom')), policy)
  return policy
}

function warnWildcard(list: AllowList | undefined, policy: DmPolicyName): void {
  list?.node.report.warn(list.node.path, {
    problem: `"*" admits nobody under "${policy}"`,
    fix: 'Write dmPolicy: "open" to admit everyone, or remove "*".',
  })
}

/** The level whose words decide: complaints about them belong there. */
function decisive({ channel, account }: PolicyParts): Level {
  const speaks = account?.policy !== undefined || account?.allowFrom !== undefined
  return speaks && account !== undefined ? account : channel
}

function replyMode(parts: PolicyParts, unspoken: DmPolicy['replyMode']): DmPolicy['replyMode'] {
  const reply: Read<DmPolicy['replyMode']> = inherited(parts, 'reply')
  if (reply === WRONG) return 'silent'
  if (reply !== undefined) return reply
  return inherited(parts, 'policy') === undefined ? unspoken : 'code'
}
