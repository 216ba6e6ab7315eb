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
 * The node that a person named: by its id, the start of it, or a name that only one paired node has.
 *
 * @throws {@link NotFoundError} with the candidates where it is none, or more than one
 */
export async function findNode(ask: AskGateway, typed: string): Promise<NodeEntry> {
  const { nodes } = await ask('node.list', {})
  const wanted = typed.trim().toLowerCase()
  const isStart = wanted.length >= SHORTEST
  const found = nodes.filter(
    ({ nodeId, displayName, paired }) =>
      nodeId === wanted ||
      (isStart && nodeId.startsWith(wanted)) ||
      (paired === true && displayName?.toLowerCase() === wanted),
  )
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

function line({ nodeId, displayName = '' }: NodeEntry): string {
  return `${shortId(nodeId)}  ${claim(displayName)}`
}
