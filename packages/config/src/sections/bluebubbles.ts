import type { AccountId, ChannelName } from '@openclaw/pairing-contracts'
import { isOff, type Level } from '../policy/level.ts'
import { below, type Node, orNothing, type Read, readChoice } from '../read/node.ts'
import type { ChannelSection } from './channels.ts'

const IMESSAGE = 'imessage' as ChannelName
const BLUEBUBBLES = 'bluebubbles' as ChannelName

/** What iMessage may go through. */
export const TRANSPORTS = ['imsg', 'bluebubbles'] as const
/** Keys that only imsg has. */
export const IMSG_KEYS: readonly string[] = ['cliPath', 'dbPath', 'remoteHost']

/**
 * Makes one section of iMessage out of `channels.imessage` and `channels.bluebubbles`, which are two channels in
 * OpenClaw 2026.2. With both, `transport` says which way is meant; where BlueBubbles is, what stands under `imessage`
 * outranks what stands under `bluebubbles`, and where imsg is, that section has no effect, its policy included.
 */
export function mergeBlueBubbles(sections: Map<ChannelName, ChannelSection>): void {
  const server = sections.get(BLUEBUBBLES)
  if (server === undefined) return
  sections.delete(BLUEBUBBLES)
  const imessage = sections.get(IMESSAGE)
  const merged = imessage === undefined ? renamed(server) : both(imessage, server)
  sections.set(IMESSAGE, merged)
}

const renamed = (section: ChannelSection): ChannelSection => ({ ...section, name: IMESSAGE })

function both(imessage: ChannelSection, server: ChannelSection): ChannelSection {
  const transport = written(imessage) ?? written(server)
  if (transport === undefined && isOff(imessage.level)) return renamed(server)
  if (transport === 'imsg' || (transport === undefined && isImsg(imessage, server))) {
    if (!isOff(server.level)) warnUnused(server.level.node)
    return imessage
  }
  return joined(imessage, server)
}

/** What a section, or one of its accounts, says of the way. */
function written({ level, accounts }: ChannelSection): (typeof TRANSPORTS)[number] | undefined {
  const nodes = [level.node, ...[...accounts.values()].map(({ node }) => node)]
  const node = nodes
    .map((each) => below(each, 'transport'))
    .find((each) => each.value !== undefined)
  return node && orNothing(readChoice(node, TRANSPORTS))
}

/** Where nobody says which: imsg, unless only BlueBubbles is set up. */
function isImsg(imessage: ChannelSection, server: ChannelSection): boolean {
  if (isOff(server.level)) return true
  const nodes = [imessage.level.node, ...[...imessage.accounts.values()].map(({ node }) => node)]
  return nodes.some((node) => IMSG_KEYS.some((key) => below(node, key).value !== undefined))
}

function warnUnused({ report, path }: Node): void {
  report.warn([...path], {
    problem: 'has no effect: iMessage goes through imsg',
    fix: 'Write channels.imessage.transport: "bluebubbles", or remove one of the two sections.',
  })
}

function joined(imessage: ChannelSection, server: ChannelSection): ChannelSection {
  const names: ReadonlySet<AccountId> = new Set([
    ...imessage.accounts.keys(),
    ...server.accounts.keys(),
  ])
  const accounts = [...names].flatMap((name) => {
    const levels = [imessage.accounts.get(name), server.accounts.get(name)]
    const [first, second] = levels.filter((each) => each !== undefined)
    if (first === undefined) return []
    return [[name, second === undefined ? first : over(first, second)] as const]
  })
  return {
    name: IMESSAGE,
    level: over(imessage.level, server.level),
    accounts: new Map(accounts),
    hasAccounts: imessage.hasAccounts || server.hasAccounts,
    beside: server,
  }
}

/** What the first says, else what the second says; off where one of them is. */
function over(first: Level, second: Level): Level {
  return {
    node: first.node,
    enabled: isOff(second) ? false : first.enabled,
    policy: said(first.policy, second.policy),
    dmEnabled: said(first.dmEnabled, second.dmEnabled),
    allowFrom: said(first.allowFrom, second.allowFrom),
    reply: said(first.reply, second.reply),
    replyTemplate: said(first.replyTemplate, second.replyTemplate),
    maxPending: said(first.maxPending, second.maxPending),
  }
}

const said = <T>(first: Read<T>, second: Read<T>): Read<T> => (first === undefined ? second : first)
