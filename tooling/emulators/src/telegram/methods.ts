import { type ApiAnswer, badRequest, failure, type Params, success } from './answer.ts'
import { type Chats, sendMessage } from './send.ts'
import type { UpdateQueue } from './updates.ts'

/** The bot as its methods see it. */
export interface BotState {
  readonly botId: number
  readonly username: string
  readonly updates: UpdateQueue
  readonly chats: Chats
  webhook: string
  /** What is offered in which chat; `undefined` stands for all chats. */
  readonly commands: Map<number | undefined, readonly BotCommand[]>
}

/** A command that the platform offers while people type. */
export interface BotCommand {
  readonly command: string
  readonly description: string
}

type Method = (state: BotState, params: Params, gone: AbortSignal) => ApiAnswer | Promise<ApiAnswer>

const CONFLICT_WEBHOOK =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
const CONFLICT_POLLER =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running'

const methods: Readonly<Record<string, Method>> = {
  getme: ({ botId, username }) =>
    success({
      id: botId,
      is_bot: true,
      first_name: 'Emulated bot',
      username,
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
    }),
  getupdates: getUpdates,
  sendmessage: ({ chats }, params) => sendMessage(params, chats),
  setwebhook: (state, { url }) => {
    state.webhook = String(url ?? '')
    state.updates.displace()
    return success(true)
  },
  deletewebhook: (state) => {
    state.webhook = ''
    return success(true)
  },
  setmycommands: (state, { commands, scope }) => setMyCommands(state, scope, commands),
  deletemycommands: (state, { scope }) => setMyCommands(state, scope, []),
  getwebhookinfo: ({ webhook, updates }) =>
    success({
      url: webhook,
      has_custom_certificate: false,
      pending_update_count: updates.pending().length,
    }),
}

function setMyCommands(state: BotState, scope: unknown, given: unknown): ApiAnswer {
  const { type = 'default', chat_id: chatId } = (scope ?? {}) as { type?: string; chat_id?: number }
  if (type !== 'default' && type !== 'chat') return badRequest('unsupported scope')
  if (type === 'chat' && !state.chats.known.has(Number(chatId))) return badRequest('chat not found')
  const commands = (Array.isArray(given) ? given : []) as readonly BotCommand[]
  if (!commands.every(isCommand)) return badRequest('BOT_COMMAND_INVALID')
  state.commands.set(type === 'chat' ? Number(chatId) : undefined, commands)
  return success(true)
}

const isCommand = ({ command, description }: BotCommand): boolean =>
  /^[a-z0-9_]{1,32}$/.test(command) && description.length >= 1 && description.length <= 256

async function getUpdates(state: BotState, params: Params, gone: AbortSignal): Promise<ApiAnswer> {
  if (state.webhook !== '') return failure(409, CONFLICT_WEBHOOK)
  const { offset, limit: given, timeout, allowed_updates: allowed } = params
  const limit = Number(given ?? 100)
  const found = await state.updates.get(
    {
      offset: Number(offset ?? 0),
      limit: limit >= 1 && limit <= 100 ? limit : 100,
      timeoutMs: Math.min(Math.max(Number(timeout ?? 0), 0), 50) * 1000,
      allowed: allowed as readonly string[] | undefined,
    },
    gone,
  )
  return found === undefined ? failure(409, CONFLICT_POLLER) : success(found)
}

/** Carries one method out; names are read without case, as the platform does. */
export async function callMethod(
  state: BotState,
  { method, params }: { readonly method: string; readonly params: Params },
  gone: AbortSignal,
): Promise<ApiAnswer> {
  const run = methods[method.toLowerCase()]
  return run ? run(state, params, gone) : failure(404, 'Not Found: method not found')
}
