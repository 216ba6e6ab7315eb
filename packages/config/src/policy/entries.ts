import type { ChannelDefinition } from '@openclaw/pairing-contracts'
import { MAX_LIST_ENTRIES, MAX_SENDER_LENGTH } from '../limits.ts'
import { type Node, type Read, readList, readText, WRONG, wrong } from '../read/node.ts'
import type { Complaint } from '../read/report.ts'

/** A list of senders as somebody wrote it, and where. */
export interface AllowList {
  readonly node: Node
  readonly entries: readonly string[]
}

/** Reads `allowFrom`. An entry that cannot be read admits nobody, and is reported. */
export function readAllowFrom(node: Node): Read<AllowList> {
  const list = readList(node, MAX_LIST_ENTRIES)
  if (list === undefined || list === WRONG) return list
  return { node, entries: list.flatMap((entry) => readEntry(entry)) }
}

/** One sender, in text or as a number; nothing where it cannot be used. */
export function readEntry(node: Node): readonly string[] {
  const { value } = node
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return [String(value)]
    wrong(node, 'is a number that does not keep all its digits', 'Write the id in quotes.')
    return []
  }
  const text = readText(node, MAX_SENDER_LENGTH)
  return typeof text === 'string' ? [text] : []
}

/** Config lists of iMessage may name a whole chat; pairing never makes such an entry. */
const WHOLE_CHAT = /^chat_?(?:id|guid|identifier)?:/i

/** Warns of entries that match nobody on this channel. */
export function warnUnusable(list: AllowList, definition: ChannelDefinition): void {
  for (const [index, entry] of list.entries.entries()) {
    if (entry === '*' || WHOLE_CHAT.test(entry)) continue
    const fault = faultOf(definition, entry)
    if (fault === undefined) continue
    list.node.report.warn([...list.node.path, String(index)], {
      problem: `matches nobody: ${fault.problem}`,
      fix: fault.fix,
    })
  }
}

/** Why a text is no sender of a channel; `undefined` where it is one. */
export function faultOf(definition: ChannelDefinition, entry: string): Complaint | undefined {
  try {
    definition.parseSender(entry)
    return undefined
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string }
    return { problem: message, fix: hint ?? 'Write the id of a person.' }
  }
}
