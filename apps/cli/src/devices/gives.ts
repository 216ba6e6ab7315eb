import { afterApproval } from '@openclaw/device-pairing'
import type { Fact } from '../people/facts.ts'
import { SCOPE_MEANINGS } from './weight.ts'
import { claim, extentParts, type NamedRequest, names } from './words.ts'

/** Commands that are named where somebody decides. */
const COMMANDS_SHOWN = 24
/** The same of those that come to nothing as it is configured. */
const WITHHELD_SHOWN = 8
/** Scopes of other versions are all named up to this; of more, the first few. */
const UNKNOWN_SHOWN = 8
const UNKNOWN_FIRST = 4

/**
 * What a device has after the approval, and what it means. The question comes right after it, so what gives most comes
 * last, and nothing that a device may invent pushes it off the screen.
 */
export function grantFacts(
  request: NamedRequest,
  scopes: readonly string[] | undefined,
): readonly Fact[] {
  const after = afterApproval(request, scopes === undefined ? {} : { scopes })
  return request.role === 'operator'
    ? operatorFacts(after.scopes)
    : nodeFacts(after.commands, request)
}

function operatorFacts(scopes: readonly string[]): readonly Fact[] {
  const known = [...SCOPE_MEANINGS].filter(([scope]) => scopes.includes(scope))
  const unknown = scopes.filter((scope) => !SCOPE_MEANINGS.has(scope))
  const nothing = scopes.length === 0 ? ', and may do nothing there' : ', where it may'
  return [
    ['Gives', `it connects to this gateway as an operator${nothing}`],
    ...unknownFacts(unknown),
    ...known.map(([scope, meaning]): Fact => ['', `${scope}: ${meaning}`]),
  ]
}

function unknownFacts(scopes: readonly string[]): readonly Fact[] {
  const [only, ...others] = scopes
  if (only === undefined) return []
  if (others.length === 0) return [['', `${claim(only)}: a right that this version does not know`]]
  const first = scopes.length > UNKNOWN_SHOWN ? UNKNOWN_FIRST : scopes.length
  const count = String(scopes.length)
  return [['', `${count} rights that this version does not know: ${names(scopes, first)}`]]
}

function nodeFacts(
  commands: readonly string[],
  { commands: told, withheld = [] }: NamedRequest,
): readonly Fact[] {
  const used = commands.filter((command) => !withheld.includes(command))
  const [offers] = extentParts({ scopes: [], commands: used }, COMMANDS_SHOWN)
  // A gateway of 2026.2 does not tell them: there nothing but its own list says what may be used.
  const none = told === undefined ? 'what it offers and the gateway allows' : 'no command'
  const use = offers === undefined ? none : `the ${offers}`
  return [
    ...(withheld.length === 0 ? [] : [withheldFact(withheld)]),
    [
      'Gives',
      `it connects to this gateway as a node and decides nothing there; your assistant may use ${use} on it`,
    ],
  ]
}

/** They are granted with the rest, and come into use when the operator's configuration says so. */
function withheldFact(withheld: readonly string[]): Fact {
  return [
    'Not used',
    `${names(withheld, WITHHELD_SHOWN)}: this gateway does not ask such a node for that; gateway.nodes.allowCommands and denyCommands decide it`,
  ]
}
