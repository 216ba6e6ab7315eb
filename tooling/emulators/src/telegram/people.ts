/** Any Bot API update. */
export type RawUpdate = Readonly<Record<string, unknown>>

/** Who writes; a bare number is a person with that id. */
export type Person =
  | number
  | {
      readonly id: number
      readonly firstName?: string
      readonly lastName?: string
      readonly username?: string
      readonly isBot?: boolean
    }

/** What a message holds besides its author and chat. */
export interface MessageParts {
  readonly messageId: number
  /** ms since 1970. */
  readonly at: number
  /** Bot API fields, such as `text` or `photo`. */
  readonly content: RawUpdate
}

/** The `from` of a person. */
export function userOf(person: Person): RawUpdate {
  const given = typeof person === 'number' ? { id: person } : person
  return {
    id: given.id,
    is_bot: given.isBot ?? false,
    first_name: given.firstName ?? `Person ${String(given.id)}`,
    ...(given.lastName !== undefined && { last_name: given.lastName }),
    ...(given.username !== undefined && { username: given.username }),
    language_code: 'en',
  }
}

const idOf = (person: Person): number => (typeof person === 'number' ? person : person.id)

/** An update with a private message; it still lacks its `update_id`. */
export function privateMessage(from: Person, parts: MessageParts): RawUpdate {
  const { is_bot: _, language_code: __, ...names } = userOf(from)
  return { message: messageIn({ ...names, id: idOf(from), type: 'private' }, from, parts) }
}

/** An update with a message in a supergroup. */
export function groupMessage(chatId: number, from: Person, parts: MessageParts): RawUpdate {
  return { message: messageIn({ id: chatId, type: 'supergroup', title: 'A group' }, from, parts) }
}

/** The update that says a message was changed. */
export function editedMessage(update: RawUpdate, text: string, at: number): RawUpdate {
  const { message: before } = update as { readonly message?: RawUpdate }
  return { edited_message: { ...before, text, edit_date: Math.floor(at / 1000) } }
}

function messageIn(chat: RawUpdate, from: Person, parts: MessageParts): RawUpdate {
  return {
    message_id: parts.messageId,
    from: userOf(from),
    chat,
    date: Math.floor(parts.at / 1000),
    ...parts.content,
  }
}
