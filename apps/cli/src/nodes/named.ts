import type { NodeEntry } from '@openclaw/pairing-protocol'
import { brief } from '../devices/find.ts'
import { claim, shortId } from '../devices/words.ts'
import { NotFoundError } from '../errors.ts'
import type { AskGateway } from './gateway.ts'

/** Hex digits that a node must be named by at least. */
const SHORTEST = 6
/** More candidates than this are a list of their own. */
const SHOWN = 5

/**
 * The node that a person named: by its id, the start of it, the name that the owner gave it, else by what it calls itself
 * where only one paired node does so. In this order: what a node calls itself stands in the way of no id and no name of
 * the owner's.
 *
 * @throws {@link NotFoundError} with the candidates where it is none, or more than one
 */
export async function findNode(ask: AskGateway, typed: string): Promise<NodeEntry> {
  const { nodes } = await ask('node.list', {})
  const found = foundBy(nodes, typed.trim().toLowerCase())
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only
  const what =
    only === undefined
      ? `no node “${brief(typed)}”`
      : [`“${brief(typed)}” could be any of these nodes:`, ...found.slice(0, SHOWN).map(line)].join(
          '\n',
        )
  const reason = only === undefined ? 'unknown' : 'ambiguous'
  const candidates = found.map(({ nodeId }) => nodeId)
  throw new NotFoundError(what, { hint: 'openclaw nodes list', detail: { reason, candidates } })
}

/** Those of the first way of naming by which there is any. */
function foundBy(nodes: readonly NodeEntry[], wanted: string): readonly NodeEntry[] {
  const isStart = wanted.length >= SHORTEST
  const paired = nodes.filter((node) => node.paired === true)
  const ways = [
    nodes.filter(({ nodeId }) => nodeId === wanted),
    nodes.filter(({ nodeId }) => isStart && nodeId.startsWith(wanted)),
    paired.filter((node) => labelOf(node)?.toLowerCase() === wanted),
    paired.filter(({ displayName }) => displayName?.toLowerCase() === wanted),
  ]
  return ways.find((found) => found.length > 0) ?? []
}

/** The owner's name for it, where the gateway tells it apart from what the node calls itself. */
function labelOf(node: NodeEntry): string | undefined {
  const { label } = node as NodeEntry & { readonly label?: unknown }
  return typeof label === 'string' ? label : undefined
}

function line({ nodeId, displayName = '' }: NodeEntry): string {
  return `${shortId(nodeId)}  ${claim(displayName)}`
}
