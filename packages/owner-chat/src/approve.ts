import {
  isDeviceRequestId,
  type KnownDevice,
  type SettledDeviceRequest,
  type ShownRequest,
} from '@openclaw/device-pairing'
import { describeActor } from '@openclaw/pairing-authority'
import type { ChatReply, SenderId } from '@openclaw/pairing-contracts'
import { deviceName, listed, nameIn } from './device-card.ts'
import { quoted } from './quoted.ts'
import { showOne, showSeveral } from './show.ts'
import { firstTime, lastTime, type ShownItem, type ShownTime } from './shown-collection.ts'
import { NOBODY_WAITS, NOT_AVAILABLE } from './texts.ts'
import type { Call, Handler } from './types.ts'

/** `/pair approve [number|id]`: approves what this chat was shown; anything else is shown first. */
export const approve: Handler = async (call) => {
  const { devices, owner, words } = call
  const named = /^latest$/i.test(words.what ?? 'latest') ? undefined : words.what
  if (named !== undefined) return approveNamed(call, named)
  const lists = await devices.list(owner)
  if ('outcome' in lists) return [refusal(lists)]
  const [first] = lists.waiting
  if (first === undefined) return [{ text: NOBODY_WAITS }]
  return lists.waiting.length === 1 ? decide(call, first) : showSeveral(call, lists.waiting)
}

/** The request that a number or an id means in this chat. */
export function requestIdOf({ shown, owner }: Call, named: string): string | undefined {
  if (/^\d{1,4}$/.test(named)) return shown.numbered(owner, Number(named))?.requestId
  // Ids of ours are in lower case; a telephone makes the first letter of a word large.
  const lower = named.toLowerCase()
  return isDeviceRequestId(lower) ? lower : named
}

async function approveNamed(call: Call, named: string): Promise<readonly ChatReply[]> {
  const requestId = requestIdOf(call, named)
  if (requestId === undefined) return notFound(call)
  const found = await call.devices.find(call.owner, requestId)
  if (found.outcome === 'waiting') return decide(call, found.request)
  if (found.outcome === 'unknown') return notFound(call)
  if (found.outcome === 'denied') return [refusal(found)]
  return over(call, found.settled)
}

/** Shows it, or approves it as it was shown. */
async function decide(call: Call, request: ShownRequest): Promise<readonly ChatReply[]> {
  const { shown, owner, isOwner, message } = call
  const item = shown.of(owner).find(({ requestId }) => requestId === request.requestId)
  if (item === undefined) return showOne(call, request, 'This device waits:')
  if (!isNamed(call, item) && !shown.isLast(owner, item))
    return showOne(call, request, 'This device waits:')
  if (wasSentBefore(call, isNamed(call, item) ? firstTime(item) : lastTime(item)))
    return showOne(call, request, 'You sent this before you were shown the device that waits:')
  // Looked at again just before the deed: the list was read in between.
  const { channel, senderId, aliases } = message
  const self = { channel, senderId: owner.senderId as SenderId, aliases: [senderId, ...aliases] }
  if (!isOwner(self)) return [{ text: NOT_AVAILABLE }]
  return approveAsShown(call, request, item)
}

/** What is said without a number or an id can only mean what was shown last. */
const isNamed = ({ words: { what } }: Call, { number, requestId }: ShownItem): boolean =>
  what?.toLowerCase() === requestId.toLowerCase() ||
  (/^\d+$/.test(what ?? '') && Number(what) === number)

/**
 * A message that was there before something was shown cannot mean it. The platform's times of the two are compared, so that
 * no clock of ours counts; of the same time, which may be a whole second, nobody knows which came first. Where the platform
 * says no time of what was shown, ours stands for it.
 */
function wasSentBefore({ message }: Call, shown: ShownTime): boolean {
  const { sentAt, receivedAt = shown.at } = message
  return sentAt <= (shown.sentAt ?? shown.at) || receivedAt < shown.at
}

async function approveAsShown(
  call: Call,
  request: ShownRequest,
  { requestId, digest }: ShownItem,
): Promise<readonly ChatReply[]> {
  const done = await call.devices.approve(call.owner, requestId, { digest })
  switch (done.outcome) {
    case 'approved':
      await call.shown.forget(call.owner, [requestId])
      return [approved(request, done.device)]
    case 'changed':
      return showOne(call, done.request, changed(done.difference))
    case 'settled':
      return over(call, done.settled)
    case 'unknown':
      return notFound(call)
    case 'denied':
      return [refusal(done)]
  }
}

function approved(request: ShownRequest, device: KnownDevice): ChatReply {
  const grant = device.grants.find(({ role }) => role === request.role)
  const given = new Set([...(grant?.scopes ?? []), ...(grant?.commands ?? [])])
  const without = [...request.scopes, ...request.commands].filter((name) => !given.has(name))
  const text = [
    `✅ Approved: ${deviceName(request)} may connect as ${request.role}.`,
    'It is connected when it tries next, mostly at once. If not: tap Connect on the device.',
  ].join('\n')
  const names = listed(without)
  if (names === undefined) return { text }
  return { text: `${text}\nThis gateway does not allow:\n${names}`, preformatted: names }
}

/** What is another thing now; the card below says what it is. */
function changed(difference: readonly string[]): string {
  const kinds = difference.map(
    (part) => KINDS.find(([start]) => part.startsWith(start))?.[1] ?? quoted(part) ?? 'something',
  )
  const lines = [...new Set(kinds)].map((kind) => `- ${kind}`)
  return ['Nothing was approved: it changed since you were shown it.', ...lines].join('\n')
}

const KINDS: readonly (readonly [start: string, inWords: string])[] = [
  ['it now asks for', 'it asks for other scopes'],
  ['it now offers', 'it offers other commands'],
  ['it is now the request', 'it is another request'],
  ['what it says of itself', 'what it says of itself, or where it comes from'],
  ['what it was granted before', 'what it had before'],
]

/** What became of a request; its successor is shown where one waits. */
async function over(call: Call, settled: SettledDeviceRequest): Promise<readonly ChatReply[]> {
  await call.shown.forget(call.owner, [settled.requestId])
  const text = await overText(call, settled)
  if (settled.successor === undefined) return [{ text }]
  const next = await call.devices.find(call.owner, settled.successor)
  if (next.outcome !== 'waiting') return [{ text }]
  const named = { ...call, words: { ...call.words, what: next.request.requestId } }
  return showOne(named, next.request, `${text} The same device asks anew:`)
}

async function overText(
  call: Call,
  { outcome, deviceId, by }: SettledDeviceRequest,
): Promise<string> {
  const lists = await call.devices.list(call.owner, { digests: 'left-out' })
  const name = 'outcome' in lists ? undefined : nameIn(lists, deviceId)
  const who = by === describeActor(call.owner) ? 'you' : by
  switch (outcome) {
    case 'approved':
      return `${name ?? 'This request'} was approved already, by ${who}.`
    case 'rejected':
      return `${name ?? 'This request'} was rejected, by ${who}.`
    case 'expired':
      return `${requestOf(name)} has expired: the device has not asked again. Let it connect once more.`
    case 'superseded':
      return `${requestOf(name)} is over.`
  }
}

const requestOf = (name: string | undefined): string =>
  name === undefined ? 'This request' : `The request of ${name}`

async function notFound(call: Call): Promise<readonly ChatReply[]> {
  const lists = await call.devices.list(call.owner)
  if ('outcome' in lists) return [refusal(lists)]
  if (lists.waiting.length === 0)
    return [{ text: `No request has this number or id. ${NOBODY_WAITS}` }]
  return [{ text: 'No request has this number or id.' }, ...showSeveral(call, lists.waiting)]
}

/** Why the authority function said no. */
export function refusal({ why, fix }: { readonly why: string; readonly fix: string }): ChatReply {
  return { text: `This was refused: ${why}. ${fix}` }
}
