/** Any payload of the Events API. */
export type SlackPayload = Readonly<Record<string, unknown>>

/** Who writes; a bare text is a member with that id. */
export type SlackPerson =
  | string
  | {
      readonly id: string
      readonly name?: string
      readonly realName?: string
      readonly displayName?: string
      readonly isBot?: boolean
      /** Of another workspace (Slack Connect). */
      readonly team?: string
    }

/** A member as the workspace knows them. */
export type SlackMember = Exclude<SlackPerson, string>

/** The member that is meant. */
export const memberOf = (person: SlackPerson): SlackMember =>
  typeof person === 'string' ? { id: person } : person

/** A member as `users.info` tells it. */
export function userOf(member: SlackMember, team: string): SlackPayload {
  const realName = member.realName ?? `Person ${member.id}`
  return {
    id: member.id,
    team_id: member.team ?? team,
    name: member.name ?? member.id.toLowerCase(),
    deleted: false,
    real_name: realName,
    profile: { real_name: realName, display_name: member.displayName ?? '' },
    is_bot: member.isBot ?? false,
  }
}

/** What an event of a message is made of. */
export interface MessageEvent {
  readonly team: string
  readonly from: SlackMember
  readonly channel: string
  readonly kind: 'im' | 'channel'
  readonly ts: string
  readonly text: string
}

/** The `event` of a new message, as Slack sends it. */
export function messageEvent(parts: MessageEvent): SlackPayload {
  const { from, channel, kind, ts, text, team } = parts
  return {
    type: 'message',
    channel,
    channel_type: kind,
    user: from.id,
    text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    ts,
    event_ts: ts,
    client_msg_id: `00000000-0000-4000-8000-${ts.replace('.', '').slice(-12)}`,
    team: from.team ?? team,
    blocks: [
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
      },
    ],
  }
}

/** The `event` that says a message was changed. */
export function editEvent(before: SlackPayload, text: string, ts: string): SlackPayload {
  const { channel, channel_type: kind, user } = before
  return {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    channel,
    channel_type: kind,
    ts,
    event_ts: ts,
    message: { ...before, text, edited: { user, ts } },
    previous_message: before,
  }
}
