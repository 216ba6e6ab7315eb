import type { SenderId } from '@openclaw/pairing-contracts'
import vectors from './payloads.json' with { type: 'json' }

export type RawPayload = Readonly<Record<string, unknown>>

export const TEAM = 'T012ABCDEF'

const EVENT = {
  type: 'message',
  channel: 'D012ABCDEF',
  channel_type: 'im',
  user: 'U012ABCDEF',
  text: 'hi',
  ts: '1795370000.000100',
  client_msg_id: '9a6ef8dd-7dd1-4b4f-9d9e-4f1f6f1f0001',
  team: TEAM,
}

/** `null` in a vector takes a field away. */
const without = (fields: object): RawPayload =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

/** A message of Ada to the bot, with `fields` over its event and `outer` over the payload. */
export function messageOfAda(fields: object = {}, outer: object = {}): RawPayload {
  return without({
    type: 'event_callback',
    team_id: TEAM,
    api_app_id: 'A012ABCDEF',
    event_id: 'Ev012ABCDEF',
    event_time: 1_795_370_000,
    event: without({ ...EVENT, ...fields }),
    ...outer,
  })
}

export const dms: readonly { name: string; raw: RawPayload; senderId: SenderId; text: string }[] =
  vectors.dms.map(({ name, text, event }) => ({
    name,
    text,
    raw: messageOfAda(event),
    senderId: 'U012ABCDEF' as SenderId,
  }))

export const neverPairs: readonly { name: string; raw: RawPayload }[] = vectors.neverPairs.map(
  ({ name, event, payload }) => ({ name, raw: messageOfAda(event, payload) }),
)
