import type {
  ChatCommands,
  ChatReply,
  CommandAttempt,
  InboundDm,
} from '@openclaw/pairing-contracts'
import { approve } from './approve.ts'
import { cancel } from './cancel.ts'
import { pairCommand, type Words } from './command.ts'
import { CODES_AT_ONCE, CODES_MS, GROUP_PAUSE_MS } from './limits.ts'
import { pace } from './pace.ts'
import { pair, qr } from './pair.ts'
import { reject } from './reject.ts'
import type { ChatOwner } from './shown-memory.ts'
import { status } from './status.ts'
import { HELP, HINTS, INTERRUPTED, NOT_AVAILABLE, NOT_IN_GROUPS, PASSED_ON } from './texts.ts'
import type { Call, Handler, OwnerCommandsComponents, OwnerCommandsOptions } from './types.ts'

const help: Handler = async () => [{ text: HELP }]

const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ['', pair],
  ['qr', qr],
  ['approve', approve],
  ['reject', reject],
  ['status', status],
  ['pending', status],
  ['cancel', cancel],
])

/** Those that may be carried out again, for they change nothing. */
const HARMLESS: ReadonlySet<Handler> = new Set([status, help])

/**
 * What owners write in a direct chat: `/pair` with `qr`, `approve`, `reject`, `status`, `cancel` and `help`. Everybody
 * else is told that the command is not available. Rejects with what the store throws.
 */
export function ownerCommands(
  components: OwnerCommandsComponents,
  options: OwnerCommandsOptions,
): ChatCommands {
  const codes = pace(components.clock, CODES_AT_ONCE, CODES_MS)
  const groups = pace(components.clock, 1, GROUP_PAUSE_MS)
  return {
    answer: async (message, attempt = 'first') => {
      const words = pairCommand(message.text)
      if (words === undefined) return undefined
      const owner = ownerOf(components, message)
      if (owner === undefined) return [{ text: NOT_AVAILABLE }]
      if (message.passedOn) return [{ text: PASSED_ON }]
      return carryOut({ ...components, ...options, owner, message, words, codes }, attempt)
    },
    answerInGroup: ({ channel, account, groupId, command }) => {
      if (command?.name !== 'pair') return undefined
      return groups.take(`${channel}/${account}/${groupId}`) ? { text: NOT_IN_GROUPS } : undefined
    },
    hintsFor: (message) => (ownerOf(components, message) === undefined ? [] : HINTS),
  }
}

/** The writer as an owner, by whichever of their ids is one; none when another of them says that they decide nothing. */
function ownerOf(
  { isOwner }: OwnerCommandsComponents,
  { channel, account, senderId, aliases }: InboundDm,
): ChatOwner | undefined {
  if (!isOwner({ channel, senderId, aliases })) return undefined
  const found = [senderId, ...aliases].find((id) => isOwner({ channel, senderId: id }))
  return found === undefined ? undefined : { kind: 'owner', channel, account, senderId: found }
}

const handlerOf = ({ verb }: Words): Handler => HANDLERS.get(verb) ?? help

async function carryOut(call: Call, attempt: CommandAttempt): Promise<readonly ChatReply[]> {
  const handler = handlerOf(call.words)
  if (attempt === 'first' || HARMLESS.has(handler)) return handler(call)
  return [{ text: INTERRUPTED }, ...(await status(call))]
}
