import type { DmPolicyName, ReplyMode } from '@openclaw/pairing-contracts'
import { MAX_PENDING_LIMIT, MAX_TEMPLATE_LENGTH } from '../limits.ts'
import { isObject } from '../read/document.ts'
import { warnUnknownKeys } from '../read/keys.ts'
import {
  below,
  type Node,
  type Read,
  readChoice,
  readFlag,
  readObject,
  readText,
  readWhole,
  WRONG,
  wrong,
} from '../read/node.ts'
import { type AllowList, readAllowFrom } from './entries.ts'

/** The policies of the mission, the strictest last. */
export const POLICIES: readonly DmPolicyName[] = ['open', 'pairing', 'allowlist', 'disabled']

/** What a channel or one of its accounts says about direct messages; nothing is filled in. */
export interface Level {
  readonly node: Node
  readonly enabled: Read<boolean>
  readonly policy: Read<DmPolicyName>
  /** `dm.enabled` of Discord and Slack. */
  readonly dmEnabled: Read<boolean>
  readonly allowFrom: Read<AllowList>
  readonly reply: Read<ReplyMode>
  readonly replyTemplate: Read<string>
  readonly maxPending: Read<number>
}

/**
 * Reads one level. `dm.policy` and `dm.allowFrom`, the older spelling that Discord and Slack knew and others
 * still use, count where the newer one is absent.
 */
export function readLevel(node: Node): Level {
  readObject(node)
  const dm = below(node, 'dm')
  readObject(dm)
  const pairing = below(node, 'pairing')
  readObject(pairing)
  warnUnknownKeys(pairing, ['reply', 'replyTemplate', 'maxPending'])
  return {
    node,
    enabled: readFlag(below(node, 'enabled')),
    policy: readChoice(written(below(node, 'dmPolicy'), below(dm, 'policy')), POLICIES),
    dmEnabled: readFlag(below(dm, 'enabled')),
    allowFrom: readAllowFrom(written(below(node, 'allowFrom'), below(dm, 'allowFrom'))),
    reply: readChoice<ReplyMode>(below(pairing, 'reply'), ['code', 'silent']),
    replyTemplate: readTemplate(below(pairing, 'replyTemplate')),
    maxPending: readWhole(below(pairing, 'maxPending'), [1, MAX_PENDING_LIMIT]),
  }
}

/** Switched off, or not understood: such a level admits nobody. */
export function isOff({ enabled, node }: Level): boolean {
  const isSection = node.value === undefined || isObject(node.value)
  return !isSection || enabled === false || enabled === WRONG
}

function written(node: Node, older: Node): Node {
  return node.value === undefined && older.value !== undefined ? older : node
}

const PLACEHOLDERS = ['code', 'idLine', 'approveCommand', 'minutes']

function readTemplate(node: Node): Read<string> {
  const text = readText(node, MAX_TEMPLATE_LENGTH)
  if (typeof text !== 'string') return text
  const names = [...text.matchAll(/\{([A-Za-z]\w*)\}/g)].map(([, name]) => name ?? '')
  const unknown = names.find((name) => !PLACEHOLDERS.includes(name))
  if (unknown !== undefined)
    return wrong(
      node,
      `has the unknown placeholder {${unknown}}`,
      'Use {code}, {idLine}, {approveCommand} or {minutes}.',
    )
  if (!names.includes('code') && !names.includes('approveCommand'))
    node.report.warn(node.path, {
      problem: 'the reply does not tell the code',
      fix: 'Write {code} where the code belongs.',
    })
  return text
}
