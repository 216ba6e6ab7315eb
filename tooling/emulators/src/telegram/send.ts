import { type ApiAnswer, badRequest, failure, type Params } from './answer.ts'
import type { SentMessage } from './types.ts'

const MAX_TEXT = 4096
const LONE_SURROGATE = /\p{Cs}/u

/** Who can be written to, and what was written. */
export interface Chats {
  readonly known: ReadonlySet<number>
  readonly blocked: ReadonlySet<number>
  readonly deliver: (message: Omit<SentMessage, 'messageId' | 'at'>) => SentMessage
}

interface Entity {
  readonly type: string
  readonly offset: number
  readonly length: number
}

/** `sendMessage`, as strict as the platform where a bot can get it wrong. */
export function sendMessage(params: Params, chats: Chats): ApiAnswer {
  const { chat_id: to, text, entities: marked, link_preview_options: preview } = params
  const chatId = Number(to ?? Number.NaN)
  if (Number.isNaN(chatId)) return badRequest('chat_id is empty')
  if (!chats.known.has(chatId)) return badRequest('chat not found')
  if (chats.blocked.has(chatId)) return failure(403, 'Forbidden: bot was blocked by the user')
  if (typeof text !== 'string' || text.trim() === '') return badRequest('message text is empty')
  if (LONE_SURROGATE.test(text)) return badRequest('strings must be encoded in UTF-8')
  if (text.length > MAX_TEXT) return badRequest('message is too long')
  const entities = (marked ?? []) as readonly Entity[]
  const wrong = entities.map((entity) => entityProblem(text, entity)).find((problem) => problem)
  if (wrong !== undefined) return badRequest(wrong)
  const sent = chats.deliver({
    chatId,
    ...trimmed(text, entities),
    linkPreviewDisabled: (preview as { is_disabled?: boolean } | undefined)?.is_disabled === true,
  })
  const chat = { id: chatId, type: 'private' }
  return {
    status: 200,
    body: {
      ok: true,
      result: {
        message_id: sent.messageId,
        date: Math.floor(sent.at / 1000),
        chat,
        text: sent.text,
      },
    },
  }
}

function entityProblem(text: string, { type, offset, length }: Entity): string | undefined {
  const at = `UTF-16 offset ${String(offset)}`
  if (typeof type !== 'string') return 'entity has no type'
  if (!Number.isInteger(offset) || offset < 0) return 'entity offset is invalid'
  if (!Number.isInteger(length) || length <= 0) return 'entity length is invalid'
  if (offset + length > text.length) return `entity at ${at} ends after the end of the text`
  const edges = [offset, offset + length]
  return edges.some((edge) => splitsPair(text, edge))
    ? `entity at ${at} has an edge in the middle of a character`
    : undefined
}

const splitsPair = (text: string, edge: number): boolean =>
  LONE_SURROGATE.test(text.slice(0, edge)) && edge < text.length

/** The platform drops white space at both ends and moves the entities along. */
function trimmed(
  text: string,
  entities: readonly Entity[],
): Pick<SentMessage, 'text' | 'entities'> {
  const shift = text.length - text.trimStart().length
  return {
    text: text.trim(),
    entities: entities.map((entity) => ({ ...entity, offset: entity.offset - shift })),
  }
}
