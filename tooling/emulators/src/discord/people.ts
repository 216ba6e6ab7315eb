/** Any object of Discord's API. */
export type DiscordObject = Readonly<Record<string, unknown>>

/** Who writes; a bare text is a user with that id. */
export type DiscordPerson =
  | string
  | {
      readonly id: string
      readonly username?: string
      /** What a person calls themselves. */
      readonly globalName?: string
      /** `0` unless given, as of everybody today. */
      readonly discriminator?: string
      readonly bot?: boolean
      readonly system?: boolean
    }

/** A message, as the platform holds it. */
export interface DiscordMessage {
  readonly id: string
  readonly channel: string
  readonly data: DiscordObject
}

/** The kinds of channels that matter here. */
export const CHANNEL_TYPES = { guild: 0, direct: 1, group: 3 } as const

/** A user as the API tells it. */
export function userOf(person: DiscordPerson): DiscordObject & { readonly id: string } {
  const { id, username, globalName, discriminator, bot, system } =
    typeof person === 'string' ? { id: person } : person
  return {
    id,
    username: username ?? `person_${id.slice(-4)}`,
    global_name: globalName ?? null,
    discriminator: discriminator ?? '0',
    avatar: null,
    public_flags: 0,
    ...(bot === true && { bot }),
    ...(system === true && { system }),
  }
}

/** What a message is made of. */
export interface MessageParts {
  readonly id: string
  readonly channel: string
  readonly channelType: number
  readonly author: DiscordObject
  readonly content: string
  readonly at: number
}

/** A new message, as MESSAGE_CREATE and the REST API tell it. */
export function messageOf({ id, channel, channelType, ...parts }: MessageParts): DiscordObject {
  return {
    id,
    channel_id: channel,
    channel_type: channelType,
    author: parts.author,
    content: parts.content,
    timestamp: new Date(parts.at).toISOString().replace('Z', '000+00:00'),
    edited_timestamp: null,
    type: 0,
    flags: 0,
    tts: false,
    pinned: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
  }
}
