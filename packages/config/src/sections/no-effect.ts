import type { Json } from '@openclaw/pairing-contracts'
import { isObject } from '../read/document.ts'
import { below, type Node } from '../read/node.ts'

/** A key of OpenClaw that steers what is not done here. */
export interface NoEffect {
  /** Below a channel or one of its accounts: `dm.groupEnabled`. */
  readonly key: string
  /** The sections that have it; every one unless given. */
  readonly channels?: readonly string[]
  /** What is missed, where what is written asks for something; others are what happens anyway. */
  readonly missed?: Missed
}

/** What an owner misses who writes a key. */
interface Missed {
  readonly when: (value: Json) => boolean
  readonly problem: string
  readonly fix: string
}

const always = (): boolean => true
const isOn = (value: Json): boolean => value !== false && value !== null
const isFilled = (value: Json): boolean =>
  Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0

const GROUPS = 'has no effect here: messages in groups are left out, whoever writes them'
const GROUPS_FIX = 'Remove it; for groups, run the assistant with a bot of its own.'
const inGroups = (when: (value: Json) => boolean): Missed => ({
  when,
  problem: GROUPS,
  fix: GROUPS_FIX,
})
const BOTS = {
  when: isOn,
  problem: 'has no effect here: bots cannot ask to be let in, nor be let in',
  fix: 'Remove it.',
}

/** The keys of OpenClaw 2026.2 that have no effect here, and what an owner misses who writes them. */
export const NO_EFFECT: readonly NoEffect[] = [
  { key: 'name' },
  { key: 'mediaMaxMb' },
  {
    key: 'configWrites',
    missed: {
      when: isOn,
      problem: 'has no effect here: nothing that is said in a chat changes the configuration',
      fix: 'Remove it, or write false.',
    },
  },
  { key: 'groupPolicy', missed: inGroups((value) => value === 'open') },
  { key: 'groupAllowFrom', missed: inGroups(isFilled) },
  { key: 'groups', missed: inGroups(isFilled) },
  { key: 'guilds', channels: ['discord'], missed: inGroups(isFilled) },
  { key: 'channels', channels: ['slack'], missed: inGroups(isFilled) },
  { key: 'dm.groupEnabled', channels: ['discord', 'slack'], missed: inGroups(isOn) },
  { key: 'allowBots', channels: ['discord', 'slack'], missed: BOTS },
  {
    key: 'userToken',
    channels: ['slack'],
    missed: {
      when: always,
      problem: 'has no effect here: nothing is read or written as a person',
      fix: 'Remove it: a secret that nothing needs can only leak.',
    },
  },
  {
    key: 'webhookUrl',
    channels: ['telegram'],
    missed: {
      when: always,
      problem: 'has no effect here: messages are fetched from Telegram, which needs no address',
      fix: 'Remove it, and webhookSecret, webhookPath, webhookHost and webhookPort with it.',
    },
  },
  { key: 'webhookSecret', channels: ['telegram'] },
  { key: 'webhookPath', channels: ['telegram'] },
  { key: 'webhookHost', channels: ['telegram'] },
  { key: 'webhookPort', channels: ['telegram'] },
  {
    key: 'sendReadReceipts',
    channels: ['bluebubbles'],
    missed: {
      when: isOn,
      problem: 'has no effect here: nobody is told that a message was read',
      fix: 'Remove it, or write false.',
    },
  },
]

/** Says what an owner asks for in a section, or in one of its accounts, that is not done here. */
export function warnNoEffect(node: Node, section: string): void {
  for (const { key, channels, missed } of NO_EFFECT) {
    if (missed === undefined || !(channels ?? [section]).includes(section)) continue
    const at = key.split('.').reduce(below, node)
    if (at.value === undefined || !missed.when(at.value)) continue
    node.report.warn(at.path, { problem: missed.problem, fix: missed.fix })
  }
}
