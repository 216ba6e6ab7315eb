import type { ShownRequest } from '@openclaw/device-pairing'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { DeviceCard } from './components.ts'
import type { Message } from './plan.ts'
import { deviceText, foldedText, type NoticeText, personText } from './texts.ts'
import type { Waiting } from './types.ts'

/** What a text is made of. */
export interface SayOptions {
  readonly cli: string
  readonly now: EpochMs
  readonly deviceCard: (request: ShownRequest) => DeviceCard
  /** Everybody who waits now. */
  readonly waiting: readonly Waiting[]
}

/** What an owner is sent, and the devices that it shows them. */
export interface Said extends NoticeText {
  readonly shown: readonly ShownRequest[]
}

/** The text of a message about those of its requests that still wait; `undefined` when none does. */
export function say(message: Message, options: SayOptions): Said | undefined {
  const ids = new Set(message.waiting.map(({ request }) => request.requestId))
  const waiting = options.waiting.filter(({ request }) => ids.has(request.requestId))
  const [first] = waiting
  if (first === undefined) return undefined
  if (waiting.length > 1) return { ...foldedText(waiting, options), shown: [] }
  if (first.about === 'person') return { ...personText(first.request, options), shown: [] }
  const { request } = first
  const card = options.deviceCard(request)
  const isAlone = options.waiting.filter(({ about }) => about === 'device').length === 1
  const how = { requestId: request.requestId, isAlone, cli: options.cli }
  return { ...deviceText(card, how), shown: card.isWhole ? [request] : [] }
}
