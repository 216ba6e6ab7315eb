import { isText, type Try } from '@openclaw/pairing-channel-kit'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { isRecord, isTime, type UnknownRecord } from '../json.ts'
import type { ApiAnswer } from './client.ts'

/** What a send came to, and the chat that it went to where the server says. */
export interface Fate {
  readonly result: Try
  readonly chatGuid?: string
}

/** What the Mac writes down with a message that was not delivered. */
const BY_CODE: Readonly<Record<number, string>> = {
  4: 'the Mac has no connection to Apple',
  22: 'nobody has iMessage under this handle, or they blocked this account',
}

const TIMED_OUT = /time(?:d)?[- ]?out|transaction/i

/** Reads what the server says of a send. What is not known to have failed is `unknown`, and never sent again. */
export function fateOf(answer: ApiAnswer): Fate {
  switch (answer.kind) {
    case 'unreachable':
      return { result: { outcome: 'again', reason: answer.reason } }
    case 'lost':
      return { result: { outcome: 'unknown', reason: answer.reason } }
    case 'foreign':
      return { result: foreign(answer.status) }
    case 'ok':
      return sent(answer.data)
    case 'error':
      return { result: failed(answer) }
  }
}

/** `message/text` answers the message, `chat/new` the chat with it. */
function sent(data: unknown): Fate {
  const record = isRecord(data) ? data : {}
  const { messages } = record
  const message = Array.isArray(messages) ? messages.find(isRecord) : record
  if (!isRecord(message))
    return {
      result: { outcome: 'sent' },
      ...(isText(record.guid) && { chatGuid: record.guid }),
    }
  const { guid, dateCreated } = message
  return {
    result: {
      outcome: 'sent',
      ...(isText(guid) && !guid.includes(';') && { messageId: guid }),
      ...(isTime(dateCreated) && { sentAt: dateCreated as EpochMs }),
    },
    ...chatOf(record, message),
  }
}

function chatOf(chat: UnknownRecord, message: UnknownRecord): { readonly chatGuid?: string } {
  const own = Array.isArray(message.chats) ? message.chats.find(isRecord)?.guid : undefined
  const guid = [chat.guid, own].find((each) => isText(each) && each.includes(';-;'))
  return isText(guid) ? { chatGuid: guid } : {}
}

/** A proxy before the server; only a refusal says that the text went no further. */
function foreign(status: number): Try {
  const reason = `something before the BlueBubbles server answered with HTTP ${String(status)}`
  if (status === 429) return { outcome: 'again', reason }
  return { outcome: status >= 400 && status < 500 ? 'failed' : 'unknown', reason }
}

function failed({ status, reason, data }: Extract<ApiAnswer, { kind: 'error' }>): Try {
  if (status === 401) return { outcome: 'failed', reason: 'the password is not taken' }
  // The text of an earlier try with the same key is on its way.
  if (status === 400 && /already queued/i.test(reason)) return { outcome: 'unknown', reason }
  if (status === 429) return { outcome: 'again', reason }
  const code = isRecord(data) ? data.error : undefined
  if (typeof code === 'number' && code !== 0) {
    const why = BY_CODE[code] ?? 'the Mac could not deliver it'
    return { outcome: code === 4 ? 'failed' : 'refused', reason: `${why} (error ${String(code)})` }
  }
  if (status < 500) return { outcome: 'refused', reason }
  if (TIMED_OUT.test(reason)) return { outcome: 'unknown', reason }
  if (!/send error|chat|private api/i.test(reason)) return { outcome: 'unknown', reason }
  return { outcome: /does not exist|not enabled/i.test(reason) ? 'refused' : 'failed', reason }
}
