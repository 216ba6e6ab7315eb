import { JOURNAL_ACTIONS, meansSomething } from '../events/actions.ts'
import {
  DEFAULT_WEBHOOK_TIMEOUT_MS,
  MAX_EVENT_LENGTH,
  MAX_EVENT_PATTERNS,
  WEBHOOK_TIMEOUT_BOUNDS_MS,
} from '../limits.ts'
import { nearest } from '../nearest.ts'
import { warnUnknownKeys } from '../read/keys.ts'
import {
  below,
  type Node,
  orNothing,
  readList,
  readObject,
  readText,
  readWhole,
  wrong,
} from '../read/node.ts'
import type { SecretFiles } from '../read/secret.ts'
import type { EventsConfig } from '../types.ts'
import { readWebhook, WEBHOOK_KEYS } from './webhook.ts'

const KEYS = [...WEBHOOK_KEYS, 'events', 'timeoutMs']

/** Reads `pairing.events`. What cannot be used is an error, and nothing is sent then. */
export function readEvents(node: Node, secrets: SecretFiles): EventsConfig | undefined {
  const section = orNothing(readObject(node))
  if (section === undefined) return undefined
  warnUnknownKeys(node, KEYS)
  const webhook = readWebhook(node, secrets, 'the events')
  const events = readPatterns(below(node, 'events'))
  const timeoutMs = orNothing(readWhole(below(node, 'timeoutMs'), WEBHOOK_TIMEOUT_BOUNDS_MS))
  if (webhook === undefined || events === undefined) return undefined
  return { ...webhook, events, timeoutMs: timeoutMs ?? DEFAULT_WEBHOOK_TIMEOUT_MS }
}

function readPatterns(node: Node): readonly string[] | undefined {
  const list = orNothing(readList(node, MAX_EVENT_PATTERNS))
  if (list === undefined || list.length === 0) {
    if (node.value === undefined || list !== undefined)
      wrong(
        node,
        'names no event',
        'Write events: ["*"] for all, or some, such as ["dm.approve", "device.approve"].',
      )
    return undefined
  }
  return list.flatMap((entry) => {
    const text = orNothing(readText(entry, MAX_EVENT_LENGTH))
    if (text === undefined) return []
    if (!meansSomething(text)) warnUnknown(entry, text)
    return [text]
  })
}

/** It stays in the list: a newer version may know it, and until then it chooses nothing. */
function warnUnknown(entry: Node, text: string): void {
  const meant = nearest(text, JOURNAL_ACTIONS)
  const known = `Known are ${JOURNAL_ACTIONS.join(', ')}; "dm.*" for all that begin so, "*" for all.`
  entry.report.warn(entry.path, {
    problem: 'chooses no event that this version knows',
    fix: meant === undefined ? known : `Did you mean "${meant}"? ${known}`,
  })
}
