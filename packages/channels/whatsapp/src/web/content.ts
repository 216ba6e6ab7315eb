import { isWebRecord, type WebRecord } from './fields.ts'

/** Wrappers around what was written, each with the message inside. */
const WRAPPERS = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'lottieStickerMessage',
]
const MOST_WRAPPERS = 5

/** What says that nobody wrote anything new, and what it is; looked for in the wrappers too. */
const NOT_WRITTEN: readonly (readonly [field: string, why: string])[] = [
  ['editedMessage', 'an edit'],
  ['secretEncryptedMessage', 'an edit'],
  ['protocolMessage', 'an edit, a deletion or a notice'],
  ['reactionMessage', 'a reaction'],
  ['encReactionMessage', 'a reaction'],
  ['pollUpdateMessage', 'a vote'],
  ['encEventResponseMessage', 'an answer to an event'],
  ['keepInChatMessage', 'a message that is kept'],
  ['pinInChatMessage', 'a pin'],
  ['call', 'a call'],
  ['bcallMessage', 'a call'],
  ['callLogMesssage', 'a call'],
  ['botInvokeMessage', 'a message to a bot'],
  ['deviceSentMessage', 'from another device of this account'],
]

/** What a person can send besides text. */
const MEDIA = [
  'imageMessage',
  'videoMessage',
  'ptvMessage',
  'audioMessage',
  'documentMessage',
  'stickerMessage',
  'stickerPackMessage',
  'contactMessage',
  'contactsArrayMessage',
  'locationMessage',
  'liveLocationMessage',
  'pollCreationMessage',
  'pollCreationMessageV2',
  'pollCreationMessageV3',
  'groupInviteMessage',
  'eventMessage',
]

/** What somebody wrote, or why it is nothing. */
export type Content =
  | { readonly text: string; readonly isPassedOn: boolean }
  | { readonly why: string }

/** Reads the body of a message, out of whatever it is wrapped in. */
export function contentOf(body: WebRecord): Content {
  let inner = body
  for (let layer = 0; layer <= MOST_WRAPPERS; layer += 1) {
    const why = NOT_WRITTEN.find(([field]) => isPresent(inner[field]))?.[1]
    if (why !== undefined) return { why }
    const wrapper = WRAPPERS.map((field) => inner[field]).find(isWebRecord)
    if (wrapper === undefined) return writtenIn(inner)
    if (!isWebRecord(wrapper.message)) return NOTHING
    inner = wrapper.message
  }
  return NOTHING
}

const NOTHING: Content = { why: 'a message in which nothing was written' }

function writtenIn(message: WebRecord): Content {
  const { conversation, extendedTextMessage: extended } = message
  if (isText(conversation)) return { text: conversation, isPassedOn: false }
  if (isWebRecord(extended) && isText(extended.text))
    return { text: extended.text, isPassedOn: isForwarded(extended) }
  const media = MEDIA.map((field) => message[field]).find(isWebRecord)
  if (media === undefined) return NOTHING
  return { text: isText(media.caption) ? media.caption : '', isPassedOn: isForwarded(media) }
}

const isForwarded = ({ contextInfo: context }: WebRecord): boolean =>
  isWebRecord(context) && context.isForwarded === true

const isPresent = (value: unknown): boolean => value !== undefined && value !== null

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
