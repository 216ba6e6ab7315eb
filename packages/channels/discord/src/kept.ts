import { isRecord, type JsonRecord } from '@openclaw/pairing-channel-kit'

/** What `classifyDiscord` reads of a message; the rest, such as files and previews, may be large. */
const READ = [
  ...['id', 'type', 'flags', 'channel_id', 'channel_type', 'content', 'edited_timestamp'],
  ...['guild_id', 'webhook_id', 'application_id'],
]
const READ_OF_AUTHOR = ['id', 'bot', 'system', 'username', 'discriminator', 'global_name']

/** What of a dispatch is needed to make the message again. */
export function kept(payload: unknown): object {
  const message = fieldOf(payload, 'd')
  const hasFiles = ['attachments', 'sticker_items', 'message_snapshots', 'embeds', 'components']
    .map((field) => fieldList(message, field))
    .some((list) => list.length > 0)
  const poll = message['poll']
  const reference = fieldOf(message, 'message_reference')
  return {
    t: 'MESSAGE_CREATE',
    d: {
      ...only(message, READ),
      author: only(fieldOf(message, 'author'), READ_OF_AUTHOR),
      ...((hasFiles || isRecord(poll)) && { attachments: [{}] }),
      ...(reference['type'] !== undefined && { message_reference: { type: reference['type'] } }),
    },
  }
}

function only(record: JsonRecord, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([field]) => fields.includes(field)))
}

function fieldOf(value: unknown, field: string): JsonRecord {
  const found = isRecord(value) ? value[field] : undefined
  return isRecord(found) ? found : {}
}

function fieldList(record: JsonRecord, field: string): readonly unknown[] {
  const found = record[field]
  return Array.isArray(found) ? found : []
}
