import type { NodeEntry } from '@openclaw/pairing-protocol'
import { deviceName, shortId } from '../devices/words.ts'

/** The owner's name for a node, where the gateway tells it apart from what the node calls itself. */
export function labelOf(node: NodeEntry): string | undefined {
  return node.label === '' ? undefined : node.label
}

/** What the owner calls a node, else in quotes what it calls itself; empty when neither is known. */
export function nodeName(node: NodeEntry): string {
  return deviceName({ displayName: node.displayName ?? '' }, labelOf(node))
}

/** A node in a list of candidates. */
export function nodeLine(node: NodeEntry): string {
  return `${shortId(node.nodeId)}  ${nodeName(node)}`.trimEnd()
}
