import type { ShownRequest } from '@openclaw/device-pairing'
import type { ChatReply, SentMessage } from '@openclaw/pairing-contracts'
import { deviceCard, isShownWhole } from './device-card.ts'
import { MAX_ANSWER, MAX_CARDS } from './limits.ts'
import { devicesIn } from './texts.ts'
import type { Call } from './types.ts'

/** Shows one device; `head` says why. What was shown counts as shown when the message is out. */
export function showOne(call: Call, request: ShownRequest, head: string): readonly ChatReply[] {
  const card = deviceCard(request, call.clock.now())
  if (!isShownWhole(request)) return [tooLong(call, request, card)]
  const command = call.words.what === undefined ? '/pair approve' : `/pair approve ${refOf(call)}`
  const text = [
    head,
    card,
    'Where the device shows words, they are the same as these. Anything else: do not approve it.',
    `To approve exactly this, send ${command}`,
  ].join('\n\n')
  return [{ text, preformatted: card, copyable: command, onSent: remembering(call, [request]) }]
}

const refOf = ({ words }: Call): string => words.what ?? ''

function tooLong({ cli }: Call, { requestId }: ShownRequest, card: string): ChatReply {
  const command = `${cli} devices approve ${requestId}`
  const text = [
    'A device waits that asks for more than a chat can show:',
    card,
    `Decide at the terminal of the gateway: ${command}`,
  ].join('\n\n')
  return { text, preformatted: card, copyable: command }
}

/** Shows the first of several with their numbers, in as few messages as hold them. */
export function showSeveral(call: Call, requests: readonly ShownRequest[]): readonly ChatReply[] {
  const first = requests.slice(0, MAX_CARDS)
  const numbers = call.shown.preview(call.owner, first)
  const now = call.clock.now()
  const cards = first.map((request) => {
    const number = numbers.get(request.requestId)
    return {
      request,
      card: numbered(deviceCard(request, now), isShownWhole(request) ? number : undefined),
    }
  })
  const told = first.map(({ requestId }) => numbers.get(requestId))
  const example = String(numbers.get(first[0]?.requestId ?? '') ?? 1)
  const left = requests.length - first.length
  const foot = [
    `To approve one of them, send its number: /pair approve ${example}`,
    ...(left > 0 ? [`${devicesIn(left)} more wait: ${call.cli} devices list`] : []),
  ].join('\n')
  const groups = inMessages(cards)
  return groups.map((group, index) => {
    const block = group.map(({ card }) => card).join('\n\n')
    const head = index === 0 ? [headOf(requests.length, told)] : []
    const end = index === groups.length - 1 ? [foot] : []
    return {
      text: [...head, block, ...end].join('\n\n'),
      preformatted: block,
      onSent: remembering(
        call,
        group.map(({ request }) => request),
      ),
    }
  })
}

interface NumberedCard {
  readonly request: ShownRequest
  readonly card: string
}

/** Without a number where it cannot be approved here. */
function numbered(card: string, number: number | undefined): string {
  const head =
    number === undefined
      ? '-. (more than a chat can show: decide at the terminal)'
      : `${String(number)}.`
  return `${head}\n${card}`
}

/** A number that was told before stays, so the first may not be 1. */
function headOf(count: number, numbers: readonly (number | undefined)[]): string {
  const isCounted = numbers.every((number, index) => number === index + 1)
  return isCounted
    ? `${devicesIn(count)} wait:`
    : `${devicesIn(count)} wait. Each keeps its number here:`
}

function inMessages(cards: readonly NumberedCard[]): readonly (readonly NumberedCard[])[] {
  const groups: NumberedCard[][] = []
  let length = Number.POSITIVE_INFINITY
  for (const each of cards) {
    if (length + each.card.length > MAX_ANSWER) {
      groups.push([])
      length = 0
    }
    groups.at(-1)?.push(each)
    length += each.card.length
  }
  return groups
}

function remembering(
  { shown, owner, clock }: Call,
  requests: readonly ShownRequest[],
): (sent: SentMessage) => Promise<void> {
  return async ({ sentAt }) => {
    await shown.remember(owner, requests, { at: clock.now(), sentAt })
  }
}
