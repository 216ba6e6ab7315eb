import { optional } from './fields.ts'
import { LEGACY_LISTS, LEGACY_TEXTS, type LegacyClaims } from './legacy-collections.ts'
import { MAX_CLAIM, MAX_COMMAND, MAX_LEGACY_CLAIMS } from './limits.ts'
import { printable } from './text.ts'

/** The id of a node, trimmed; `undefined` for what cannot be one: empty, long, or with what cannot be seen. */
export function legacyNodeId(typed: string): string | undefined {
  const nodeId = typed.trim()
  const isPlain = !/[\p{C}\p{Zl}\p{Zp}]/u.test(nodeId)
  return nodeId !== '' && nodeId.length <= MAX_COMMAND && isPlain ? nodeId : undefined
}

/** What a node says, fit to be kept and shown. */
export function legacyClaims(given: LegacyClaims): LegacyClaims {
  const texts = LEGACY_TEXTS.map((name) =>
    optional(name, printable(given[name]?.slice(0, MAX_CLAIM))),
  )
  const lists = LEGACY_LISTS.map((name) => optional(name, given[name] && shortList(given[name])))
  return Object.assign({}, ...texts, ...lists)
}

function shortList(names: readonly string[]): readonly string[] {
  return names
    .slice(0, MAX_LEGACY_CLAIMS)
    .flatMap((name) => printable(name.slice(0, MAX_COMMAND)) ?? [])
}
