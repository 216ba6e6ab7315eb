import type { NodeEntry } from '@openclaw/pairing-protocol'
import { brief } from '../devices/find.ts'
import { NotFoundError } from '../errors.ts'
import type { AskGateway } from './gateway.ts'
import { labelOf, nodeLine } from './name.ts'

/** Hex digits that a node must be named by at least. */
const SHORTEST = 6
/** More candidates than this are a list of their own. */
const SHOWN = 5

/** What is done with a node: only what changes nothing goes by the name that it gave itself. */
export type NodePurpose = 'look' | 'act'

/**
 * The node that a person named: by its id, the start of it, or the name that the owner gave it; to look at it, else by
 * what it calls itself where only one paired node does so. In this order: what a node calls itself stands in the way of
 * no id and no name of the owner's.
 *
 * @throws {@link NotFoundError} with the candidates where it is none, or more than one
 */
export async function findNode(
  ask: AskGateway,
  typed: string,
  purpose: NodePurpose,
): Promise<NodeEntry> {
  const { nodes } = await ask('node.list', {})
  const wanted = typed.trim().toLowerCase()
  const called = calledSo(nodes, wanted)
  const given = foundBy(nodes, wanted)
  const found = given.length > 0 || purpose === 'act' ? given : called
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only
  throw only === undefined ? notKnown(called, typed) : ambiguous(found, typed)
}

/** Those of the first way of naming by which there is any. */
function foundBy(nodes: readonly NodeEntry[], wanted: string): readonly NodeEntry[] {
  const isStart = wanted.length >= SHORTEST
  const ways = [
    nodes.filter(({ nodeId }) => nodeId === wanted),
    nodes.filter(({ nodeId }) => isStart && nodeId.startsWith(wanted)),
    nodes.filter((node) => node.paired === true && labelOf(node)?.toLowerCase() === wanted),
  ]
  return ways.find((found) => found.length > 0) ?? []
}

/** Paired nodes without a name of the owner's that call themselves so. */
function calledSo(nodes: readonly NodeEntry[], wanted: string): readonly NodeEntry[] {
  return nodes.filter(
    (node) =>
      node.paired === true &&
      labelOf(node) === undefined &&
      node.displayName?.toLowerCase() === wanted,
  )
}

function ambiguous(found: readonly NodeEntry[], typed: string): NotFoundError {
  const what = `“${brief(typed)}” could be any of these nodes:`
  return notFound([what, ...lines(found)], 'ambiguous', found)
}

function notKnown(called: readonly NodeEntry[], typed: string): NotFoundError {
  const what = `no node “${brief(typed)}”`
  if (called.length === 0) return notFound([what], 'unknown', called)
  const which = `${what}; these call themselves so, name the one you mean by its id:`
  return notFound([which, ...lines(called)], 'unknown', called)
}

function notFound(
  said: readonly string[],
  reason: 'ambiguous' | 'unknown',
  nodes: readonly NodeEntry[],
): NotFoundError {
  const candidates = nodes.map(({ nodeId }) => nodeId)
  const detail = { reason, candidates }
  return new NotFoundError(said.join('\n'), { hint: 'openclaw nodes list', detail })
}

function lines(nodes: readonly NodeEntry[]): readonly string[] {
  const more = nodes.length - SHOWN
  return [...nodes.slice(0, SHOWN).map(nodeLine), ...(more > 0 ? [`and ${String(more)} more`] : [])]
}
