import type { NodeEntry } from '@openclaw/pairing-protocol'
import { nearest } from '../args/suggest.ts'
import { claim, names } from '../devices/words.ts'
import { FailedError, RefusedError } from '../errors.ts'

/** Of what a node may be asked, this much is named in a hint. */
const COMMANDS_SHOWN = 8

/** What a node was asked. */
export interface Invocation {
  readonly node: NodeEntry
  readonly name: string
  readonly hasParams: boolean
}

/** Why a node did not do it, with what mends it as far as the list of nodes tells. */
export function notInvoked(error: unknown, invocation: Invocation): unknown {
  if (error instanceof RefusedError && error.code === 'ERR_NODE_COMMAND_NOT_ALLOWED')
    return notAllowed(error, invocation)
  return error instanceof FailedError ? failed(error, invocation) : error
}

/** A command that is only spelled wrong is nothing to configure. */
function notAllowed(error: RefusedError, { node, name }: Invocation): RefusedError {
  const { commands = [] } = node
  if (commands.length === 0 || commands.includes(name)) return error
  const meant = nearest(name, commands)
  const may = `it may be asked ${names(commands, COMMANDS_SHOWN)}`
  const otherwise = error.hint === undefined ? may : `${may}; for another: ${error.hint}`
  return new RefusedError(error.code, error.message, {
    hint: meant === undefined ? otherwise : `did you mean ${claim(meant)}? ${may}`,
    detail: { ...error.detail, commands: [...commands], ...(meant && { meant }) },
    cause: error,
  })
}

/** Errors of a node come with the word that we put before all of them. */
function failed(error: FailedError, { hasParams }: Invocation): FailedError {
  const said = error.message.replace(/^(the gateway refused: )?(?:Error: )+/, '')
  const isParams = !hasParams && /params|INVALID_REQUEST/i.test(said)
  if (said === error.message && !isParams) return error
  const hint = isParams ? "give what the command takes: --params '{…}'" : error.hint
  return new FailedError(said, {
    ...(hint === undefined ? {} : { hint }),
    detail: error.detail,
    cause: error,
  })
}
