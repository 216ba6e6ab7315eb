import type { Database } from './database.ts'
import type { ImsgMessage } from './people.ts'
import type { ImsgPermission, ImsgSent } from './types.ts'

/** What methods work on. */
export interface RpcWorld {
  readonly database: Database
  readonly sent: ImsgSent[]
  readonly denied: ReadonlySet<ImsgPermission>
  readonly unregistered: ReadonlySet<string>
  /** Tells everyone who watches of a new row. */
  readonly tell: (row: ImsgMessage) => void
}

/** A request, read. */
export interface RpcRequest {
  readonly id: unknown
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** What a method gives. */
export type Outcome =
  | { readonly result: Readonly<Record<string, unknown>> }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }

/** What a child has subscribed to: its number, and the row after which it goes on. */
export type Subscribe = (since: number) => number

/** The parameters that each method knows; any other is an error. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'chats.list': ['limit', 'unread_only'],
  'messages.history': ['chat_id', 'limit', 'participants', 'start', 'end', 'attachments'],
  'watch.subscribe': [
    ...['chat_id', 'since_rowid', 'participants', 'start', 'end'],
    ...['attachments', 'include_reactions', 'debounce_ms', 'buffer_limit'],
  ],
  'watch.unsubscribe': ['subscription'],
  send: [
    ...['to', 'chat_id', 'chat_guid', 'chat_identifier', 'text', 'file', 'service', 'region'],
    ...['allow_sms_fallback', 'transport'],
  ],
}

const FULL_DISK_ACCESS =
  'Cannot read ~/Library/Messages/chat.db: grant Full Disk Access to the app that runs imsg'
const AUTOMATION = 'AppleScript failed: Not authorized to send Apple events to Messages. (-1743)'

/** Carries a request out. */
export function outcomeOf(world: RpcWorld, request: RpcRequest, subscribe: Subscribe): Outcome {
  const { method, params } = request
  if (world.denied.has('full-disk-access')) return failed(-32_603, FULL_DISK_ACCESS)
  const known = Object.hasOwn(KNOWN, method) ? KNOWN[method] : undefined
  if (known === undefined) return failed(-32_601, `Method not found: ${method}`)
  const unknown = Object.keys(params).find((key) => !known.includes(key))
  if (unknown !== undefined) return failed(-32_602, `Invalid params: unknown key ${unknown}`)
  if (method === 'send') return send(world, params)
  if (method === 'chats.list') return listChats(world, params)
  if (method === 'messages.history') return history(world, params)
  if (method === 'watch.unsubscribe') return { result: { ok: true } }
  const since = params['since_rowid'] ?? 0
  if (!Number.isSafeInteger(since)) return failed(-32_602, 'Invalid params: since_rowid')
  return { result: { subscription: subscribe(Number(since)) } }
}

function listChats({ database }: RpcWorld, { limit = 20 }: RpcRequest['params']): Outcome {
  const newest = (chatId: number): number =>
    Number(database.rows().findLast((row) => row['chat_id'] === chatId)?.['id'] ?? 0)
  const chats = database
    .chats()
    .filter(({ id }) => newest(id) > 0)
    .toSorted((one, other) => newest(other.id) - newest(one.id))
  return { result: { chats: chats.slice(0, Number(limit)) } }
}

function history(
  { database }: RpcWorld,
  { chat_id: chatId, limit = 50 }: RpcRequest['params'],
): Outcome {
  const rows = database.rows().filter((row) => row['chat_id'] === chatId)
  return { result: { messages: rows.toReversed().slice(0, Number(limit)) } }
}

function send(world: RpcWorld, params: RpcRequest['params']): Outcome {
  const { to, chat_id: chatId, chat_guid: guid, chat_identifier: identifier, text } = params
  const targets = [to, chatId, guid, identifier].filter((target) => target !== undefined)
  if (targets.length !== 1) return failed(-32_602, 'Invalid params: exactly one target')
  if (typeof text !== 'string' || text === '') return failed(-32_602, 'Invalid params: text')
  const found = typeof chatId === 'number' ? world.database.chatGuid(chatId) : (guid ?? identifier)
  const chatGuid = to === undefined ? found : `iMessage;-;${String(to)}`
  if (typeof chatGuid !== 'string') return failed(-32_602, `Invalid chat target: ${String(chatId)}`)
  if (world.denied.has('automation')) return failed(-32_603, AUTOMATION)
  const handle = chatGuid.split(';').at(-1) ?? ''
  if (world.unregistered.has(handle))
    return failed(
      -32_603,
      `AppleScript failed: Messages got an error: Can’t get buddy id "${handle}".`,
    )
  return taken(world, { chatGuid, handle, text, params })
}

interface Taken {
  readonly chatGuid: string
  readonly handle: string
  readonly text: string
  readonly params: RpcRequest['params']
}

function taken(world: RpcWorld, { chatGuid, handle, text, params }: Taken): Outcome {
  const { database, sent, tell } = world
  const row = database.add({
    ...{ chat_guid: chatGuid, chat_identifier: handle, participants: [handle], is_group: false },
    ...{ sender: '', is_from_me: true, text, attachments: [], reactions: [] },
  })
  const { id, guid, to } = { id: row['id'], guid: String(row['guid']), to: params['to'] }
  sent.push({ chatGuid, text, params, guid, ...(typeof to === 'string' && { to }) })
  tell(row)
  return { result: { ok: true, id, guid } }
}

/** An answer that nothing came of it. */
export const failed = (code: number, message: string, data?: unknown): Outcome => ({
  error: { code, message, ...(data !== undefined && { data }) },
})
