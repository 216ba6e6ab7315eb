import type { SenderId } from '@openclaw/pairing-contracts'
import vectors from './messages.json' with { type: 'json' }

export interface RawEvent {
  readonly t: string
  readonly d: Readonly<Record<string, unknown>>
}

const MESSAGE = {
  id: '1300000000000000001',
  channel_id: '1299000000000000001',
  channel_type: 1,
  author: {
    id: '200000000000000001',
    username: 'ada',
    global_name: 'Ada',
    discriminator: '0',
  },
  content: 'hi',
  timestamp: '2026-11-22T18:00:00.000000+00:00',
  edited_timestamp: null,
  type: 0,
  flags: 0,
  attachments: [],
  embeds: [],
  mentions: [],
}

/** A message of Ada to the bot, with `fields` over it; `channel_type` null takes it away. */
export function messageOfAda(fields: object = {}, t = 'MESSAGE_CREATE'): RawEvent {
  const all = Object.entries({ ...MESSAGE, ...fields })
  return {
    t,
    d: Object.fromEntries(
      all.filter(([field, value]) => field !== 'channel_type' || value !== null),
    ),
  }
}

export const dms: readonly { name: string; raw: RawEvent; senderId: SenderId; text: string }[] =
  vectors.dms.map(({ name, text, message }) => ({
    name,
    text,
    raw: messageOfAda(message),
    senderId: '200000000000000001' as SenderId,
  }))

export const neverPairs: readonly { name: string; raw: RawEvent }[] = vectors.neverPairs.map(
  ({ name, message, t }) => ({ name, raw: messageOfAda(message, t) }),
)
