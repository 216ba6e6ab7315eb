import type { AccountId, ChannelName } from '@openclaw/pairing-contracts'
import { DEFAULT_ACCOUNT, isAccountId } from '../channels/names.ts'
import { CHANNELS, channelDefinition, isChannelName, isExpectedChannel } from '../channels/table.ts'
import { MAX_ACCOUNTS } from '../limits.ts'
import { nearest } from '../nearest.ts'
import { isOff, type Level, readLevel } from '../policy/level.ts'
import { warnAboutList } from '../policy/resolve.ts'
import { warnSlips, warnUnknownKeys } from '../read/keys.ts'
import { below, type Node, orNothing, readObject, WRONG, wrong } from '../read/node.ts'
import { mergeBlueBubbles } from './bluebubbles.ts'
import { KEYS_OF } from './channel-keys.ts'
import { NO_EFFECT, warnNoEffect } from './no-effect.ts'

/** What is written about one channel. */
export interface ChannelSection {
  readonly name: ChannelName
  readonly level: Level
  readonly accounts: ReadonlyMap<AccountId, Level>
  /** True when `accounts` has at least one key, whether its accounts can be used or not. */
  readonly hasAccounts: boolean
  /** Written under another name about the same channel: it says what this one does not. */
  readonly beside?: ChannelSection
}

/** What is written below `channels`; `undefined` when that cannot be understood: then nobody is admitted. */
export type ChannelSections = ReadonlyMap<ChannelName, ChannelSection> | undefined

const KEYS = ['enabled', 'dmPolicy', 'allowFrom', 'dm', 'pairing']
const IMESSAGE_KEYS = ['serverUrl', 'password', 'webhookSecret', 'webhookUrl']
const WRITING_KEYS = ['textChunkLimit', 'chunkMode', 'retry', 'maxLinesPerMessage']
const NETWORK_KEYS = ['timeoutSeconds', 'proxy', 'network']
const CHANNEL_KEYS = [
  ...[...KEYS, 'accounts', 'botToken', 'tokenFile', 'apiRoot', 'webhookPath'],
  ...['transport', 'cloud', 'webSocketUrl'],
  ...IMESSAGE_KEYS,
  ...[...WRITING_KEYS, ...NETWORK_KEYS, 'selfChatMode', 'sendReadReceipts'],
]
/** Keys of OpenClaw that differ from ours by a letter or two. */
const OTHERS = [
  'account',
  'dms',
  'name',
  'appToken',
  'userToken',
  'actions',
  'mode',
  'webhookPort',
  'authDir',
  ...NO_EFFECT.map(({ key }) => key),
]
const WEBCHAT_KEYS = ['enabled', 'dmPolicy', 'allowFrom', 'pairing']

/** Reads `channels`; sections of channels that nobody knows are left alone. */
export function readChannels(channels: Node): ChannelSections {
  const object = readObject(channels)
  if (object === WRONG) return undefined
  const sections = new Map<ChannelName, ChannelSection>()
  for (const key of Object.keys(object ?? {})) {
    if (!isMeant(channels, key)) continue
    sections.set(key, readSection(below(channels, key), key))
  }
  mergeBlueBubbles(sections)
  return sections
}

/** A section that nothing wrote about. */
export function emptySection(channels: Node, name: ChannelName): ChannelSection {
  const node = { ...below(channels, name), value: undefined }
  return { name, level: readLevel(node), accounts: new Map(), hasAccounts: false }
}

/** A slip in a channel's name would leave its policy unheard. */
function isMeant(channels: Node, key: string): key is ChannelName {
  if (key === 'defaults') return false
  if (isExpectedChannel(key)) return true
  const names = CHANNELS.map(({ name }) => name)
  const aliased = CHANNELS.find(({ aliases }) => aliases.includes(key.toLowerCase()))
  const meant = aliased?.name ?? nearest(key, names)
  if (meant === undefined) return isChannelName(key)
  channels.report.warn([...channels.path, key], {
    problem: 'is no channel; what stands here has no effect',
    fix: `Did you mean "${meant}"?`,
  })
  return false
}

function readSection(node: Node, name: ChannelName): ChannelSection {
  const level = readLevel(node)
  if (name === 'webchat') warnUnknownKeys(node, WEBCHAT_KEYS)
  else warnAboutKeys(level, name)
  warnAboutList(level, channelDefinition(name))
  // The web chat has one account; "accounts" there was warned of as a key that nothing reads.
  const parent = name === 'webchat' ? { ...node, value: undefined } : below(node, 'accounts')
  const keys = Object.keys(orNothing(readObject(parent)) ?? {})
  if (keys.length > MAX_ACCOUNTS)
    wrong(parent, `has ${String(keys.length)} accounts`, `Keep at most ${String(MAX_ACCOUNTS)}.`)
  const accounts = new Map<AccountId, Level>()
  for (const key of keys.slice(0, MAX_ACCOUNTS)) {
    if (isAccountId(key)) accounts.set(key, readAccountLevel(below(parent, key), name))
    else refuseAccount(below(parent, key), key)
  }
  return { name, level, accounts, hasAccounts: keys.length > 0 }
}

function readAccountLevel(node: Node, name: ChannelName): Level {
  const level = readLevel(node)
  warnAboutKeys(level, name)
  warnAboutList(level, channelDefinition(name))
  return level
}

/** What is switched off misses nothing. */
function warnAboutKeys(level: Level, name: ChannelName): void {
  warnSlips(level.node, [...CHANNEL_KEYS, ...(KEYS_OF[name] ?? [])], OTHERS)
  if (!isOff(level)) warnNoEffect(level.node, name)
}

function refuseAccount(node: Node, key: string): void {
  const lower = key.trim().toLowerCase()
  const fix = isAccountId(lower)
    ? `Rename it to "${lower}".`
    : 'Use 1 to 64 of a-z, 0-9, - and _, beginning with a letter or digit.'
  wrong(node, 'is no account id', fix)
}

/** The accounts that a channel has: those that are named, or `default` where none is. */
export function accountsOf(section: ChannelSection): readonly AccountId[] {
  return section.hasAccounts ? [...section.accounts.keys()] : [DEFAULT_ACCOUNT]
}
