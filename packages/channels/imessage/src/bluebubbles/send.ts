import { createHash, randomUUID } from 'node:crypto'
import { type Chunks, sendParts, tried } from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  OutboundText,
  SenderId,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import type { Echoes } from '../echoes.ts'
import { handleOf } from '../handle.ts'
import { type BlueBubblesTiming, SEND_TRIES } from '../limits.ts'
import { messagesOf } from '../text.ts'
import type { ApiAnswer, BlueBubblesApi } from './client.ts'
import { fateOf } from './fate.ts'
import type { Places } from './places.ts'

/** How the Mac is made to send: by its script, or by the server's helper inside Messages. */
export type SendMethod = 'apple-script' | 'private-api'

/** What sending works with. */
export interface Sender {
  readonly api: BlueBubblesApi
  readonly timing: BlueBubblesTiming
  readonly echoes: Echoes
  readonly places: Places
  readonly method: () => SendMethod
  /** How long texts are cut. */
  readonly chunks: Chunks
  /** Waits between tries end when this aborts. */
  readonly stop: () => AbortSignalLike | undefined
}

/** Where a text goes: a chat that there is, or a person whose chat is to be begun. */
type Place =
  | { readonly chatGuid: string; readonly handle: SenderId | undefined }
  | { readonly chatGuid: undefined; readonly handle: SenderId }

/**
 * Sends texts: 60 s for each message, up to 3 tries and only while the Mac is known not to have taken it; long texts in
 * several messages; never into a group. Never rejects.
 */
export function blueBubblesSend(sender: Sender): (message: OutboundText) => Promise<SendOutcome> {
  return async (message) => {
    const { to, idempotencyKey } = message
    const parts = messagesOf(message, sender.chunks)
    if ('problem' in parts) return { outcome: 'refused', reason: parts.problem }
    const found = await placeOf(sender, to)
    if ('outcome' in found) return found
    let place: Place = found
    const numbered = parts.map((part, index) => ({
      part,
      tempGuid: tempGuid(idempotencyKey, index),
    }))
    return sendParts(numbered, async (each) => {
      const { outcome, chatGuid } = await sendOne(sender, place, each)
      if (chatGuid !== undefined) place = { ...place, chatGuid }
      return outcome
    })
  }
}

/** The same key and part have the same one; else it is drawn. */
function tempGuid(key: string | undefined, index: number): string {
  if (key === undefined) return randomUUID()
  const hex = createHash('sha256')
    .update(`${key}\n${String(index)}`)
    .digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-')
}

async function placeOf(sender: Sender, to: string): Promise<Place | SendOutcome> {
  if (to.includes(';+;')) return { outcome: 'refused', reason: 'nothing is sent into groups' }
  const [, , ...rest] = to.split(';')
  if (/^[^;]+;-;[^;]+$/.test(to)) return { chatGuid: to, handle: handleOf(rest.join(';')) }
  const handle = handleOf(to)
  if (handle === undefined)
    return {
      outcome: 'refused',
      reason: 'the recipient is no chat, phone number or e-mail address',
    }
  return { chatGuid: sender.places.of(handle) ?? (await chatWith(sender, handle)), handle }
}

/** A chat that the Mac has from before; what cannot be asked is begun anew, which does no harm. */
async function chatWith(sender: Sender, handle: SenderId): Promise<string | undefined> {
  const { api, timing, stop, places } = sender
  for (const service of ['any', 'iMessage']) {
    const chatGuid = `${service};-;${handle}`
    const bounds = { ms: timing.requestMs, stop: stop() }
    const answer = await api.get(`chat/${encodeURIComponent(chatGuid)}`, bounds)
    if (answer.kind !== 'ok') continue
    places.seen(handle, chatGuid)
    return chatGuid
  }
  return undefined
}

interface Part {
  readonly part: string
  readonly tempGuid: string
}

async function sendOne(
  sender: Sender,
  place: Place,
  part: Part,
): Promise<{ readonly outcome: SendOutcome; readonly chatGuid?: string }> {
  const { echoes, places, timing, stop } = sender
  let chatGuid: string | undefined
  const once = async () => {
    // Before it is sent: the echo may be here before the answer.
    if (place.handle !== undefined) echoes.sent(place.handle, part.part)
    const fate = fateOf(await post(sender, place, part))
    chatGuid = fate.chatGuid
    return fate.result
  }
  const outcome = await tried(once, { tries: SEND_TRIES, retryMs: timing.backoffMs, stop })
  if (place.handle !== undefined && chatGuid !== undefined) places.seen(place.handle, chatGuid)
  return { outcome, ...(chatGuid !== undefined && { chatGuid }) }
}

function post(
  { api, timing, method, stop }: Sender,
  { chatGuid, handle }: Place,
  { part: message, tempGuid: key }: Part,
): Promise<ApiAnswer> {
  const bounds = { ms: timing.sendMs, stop: stop() }
  const common = { message, tempGuid: key, method: method() }
  if (chatGuid !== undefined) return api.post('message/text', { chatGuid, ...common }, bounds)
  return api.post('chat/new', { addresses: [handle], service: 'iMessage', ...common }, bounds)
}
