import { type ChannelName, isOpenClawError, type SenderId } from '@openclaw/pairing-contracts'
import { parseChannelName } from '../channels/names.ts'
import { CHANNELS, channelDefinition, isChannelName } from '../channels/table.ts'
import { MAX_LIST_ENTRIES } from '../limits.ts'
import { below, type Node, orNothing, readList, readObject } from '../read/node.ts'
import { type Complaint, spelled } from '../read/report.ts'
import { faultOf, readEntry } from './entries.ts'

/** Who is an owner by the configuration. */
export interface Owners {
  /** The owners of each channel, in its own spelling. */
  readonly of: ReadonlyMap<ChannelName, readonly SenderId[]>
  /** Where they stand, in words. */
  readonly source: string
}

/**
 * Reads `commands.ownerAllowFrom`.
 *
 * `telegram:123` is an owner on Telegram. A bare id is an owner on every known channel whose ids look like it: a
 * phone number on WhatsApp, Signal and iMessage, a short number on Telegram. `*` is refused: not everyone is an owner.
 */
export function readOwners(commands: Node): Owners {
  readObject(commands)
  const written = below(commands, 'ownerAllowFrom')
  const list = orNothing(readList(written, MAX_LIST_ENTRIES)) ?? []
  const owners = new Map<ChannelName, readonly SenderId[]>()
  for (const node of list) {
    for (const { channel, senderId } of readEntry(node).flatMap((entry) => ownersOf(node, entry))) {
      const known = owners.get(channel) ?? []
      if (!known.includes(senderId)) owners.set(channel, [...known, senderId])
    }
  }
  const { path, report } = written
  return { of: owners, source: `${spelled(path)} in ${report.fileOf(path)}` }
}

interface Owner {
  readonly channel: ChannelName
  readonly senderId: SenderId
}

function ownersOf(node: Node, entry: string): readonly Owner[] {
  if (entry === '*' || entry.endsWith(':*')) {
    node.report.error(node.path, {
      problem: 'not everyone can be an owner',
      fix: 'Name each owner, such as "telegram:100001".',
    })
    return []
  }
  const named = prefixed(entry)
  const found = named
    ? ownerOn(named.channel, named.typed)
    : CHANNELS.flatMap(({ name }) => ownerOn(name, entry))
  if (found.length === 0) node.report.warn(node.path, whyNobody(named))
  return found
}

/** Nothing of what was typed: it stands where the path says. */
function whyNobody(named: Typed | undefined): Complaint {
  const fault = named && faultOf(channelDefinition(named.channel), named.typed)
  return {
    problem: `is an owner on no channel: ${fault?.problem ?? 'it is no id of any'}`,
    fix: fault?.fix ?? 'Write the channel and the id, such as "telegram:100001".',
  }
}

interface Typed {
  readonly channel: ChannelName
  readonly typed: string
}

/** `undefined` when no channel stands before the first colon. */
function prefixed(entry: string): Typed | undefined {
  const [prefix = '', ...rest] = entry.split(':')
  if (rest.length === 0) return undefined
  const channel = channelOf(prefix)
  return channel && { channel, typed: rest.join(':') }
}

/** Words that stand before an id without naming a channel. */
const KINDS: ReadonlySet<string> = new Set(['uuid', 'lid', 'user', 'sms', 'auto', 'pk'])

function channelOf(prefix: string): ChannelName | undefined {
  const text = prefix.trim().toLowerCase()
  if (KINDS.has(text)) return undefined
  return isChannelName(text) ? parseChannelName(text, [text]) : undefined
}

function ownerOn(channel: ChannelName, typed: string): readonly Owner[] {
  try {
    return [{ channel, senderId: channelDefinition(channel).parseSender(typed) }]
  } catch (error) {
    if (isOpenClawError(error)) return []
    throw error
  }
}
