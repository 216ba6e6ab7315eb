import type { InboundDm } from '@openclaw/pairing-contracts'
import { isRecord } from './json.ts'

const ID = /^[\w-]{1,64}$/
/** What `classifySlack` reads of an event; the rest, such as blocks and files, may be large. */
const READ = [
  ...['type', 'subtype', 'channel', 'channel_type', 'user', 'text', 'ts', 'thread_ts'],
  ...['client_msg_id', 'team', 'user_team', 'source_team'],
]

/** By what the same message is known however it came, besides its own key. */
export function entryKeys(payload: unknown, { replyTo }: InboundDm): readonly string[] {
  const { event_id: eventId, event } = isRecord(payload) ? payload : {}
  const { client_msg_id: ownId } = isRecord(event) ? event : {}
  const [channel] = replyTo.split(':')
  return [
    ...(isId(eventId) ? [`event:${eventId}`] : []),
    // Chosen by the writer's program: it counts in their own conversation alone.
    ...(isId(ownId) ? [`own:${String(channel)}:${ownId}`] : []),
  ]
}

/** What of a payload is needed to make the message again. */
export function kept(payload: unknown): object {
  const whole = isRecord(payload) ? payload : {}
  const event = isRecord(whole.event) ? whole.event : {}
  return {
    type: whole.type,
    team_id: whole.team_id,
    ...(whole['enterprise_id'] !== undefined && { enterprise_id: whole['enterprise_id'] }),
    event_id: whole.event_id,
    event_time: whole.event_time,
    event: {
      ...Object.fromEntries(Object.entries(event).filter(([key]) => READ.includes(key))),
      ...flags(event),
    },
  }
}

const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value)

/** That there were files or somebody else's words, without what they are. */
function flags(event: Readonly<Record<string, unknown>>): object {
  const { files, attachments } = event
  const isShare = (each: unknown): boolean =>
    isRecord(each) && (each['is_share'] === true || each['is_msg_unfurl'] === true)
  return {
    ...(Array.isArray(files) && files.length > 0 && { files: [{}] }),
    ...(Array.isArray(attachments) &&
      attachments.length > 0 && { attachments: [{ is_share: attachments.some(isShare) }] }),
  }
}
