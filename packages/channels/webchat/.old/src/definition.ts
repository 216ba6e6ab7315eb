import type { ChannelDefinition, ChannelName, SenderId } from '@openclaw/pairing-contracts'
import { InvalidWebchatId } from './errors.ts'

const form = /^web-[0-9a-f]{32}$/

/** True for the id of a web chat visitor in its one spelling. */
export function isWebchatId(value: unknown): value is SenderId {
  return typeof value === 'string' && form.test(value)
}

/**
 * Reads a visitor's id as a person typed it: case and a `webchat:` in front are forgiven.
 *
 * @throws {@link InvalidWebchatId} for anything else
 */
export function parseWebchatId(typed: string): SenderId {
  const id = typed
    .trim()
    .toLowerCase()
    .replace(/^webchat:/, '')
  if (!isWebchatId(id)) throw new InvalidWebchatId()
  return id
}

/** The rules of the built-in web chat, without a connection. */
export const webchatDefinition: ChannelDefinition = {
  name: 'webchat' as ChannelName,
  idLabel: 'webchatVisitorId',
  idLine: (senderId) => `Your web chat id: ${senderId}`,
  personal: false,
  idempotentSend: true,
  parseSender: parseWebchatId,
}
