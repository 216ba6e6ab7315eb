import { approveCommandOf, type WaitingRequest } from '@openclaw/dm-pairing'
import type { ChannelAddress, EpochMs } from '@openclaw/pairing-contracts'
import type { DeviceCard } from './components.ts'
import { quoted, shownId } from './quote.ts'
import type { Waiting } from './types.ts'

/** What an owner reads, and the part that they may want to copy. */
export interface NoticeText {
  readonly text: string
  readonly copyable: string
  /** The part whose lines keep their shape. */
  readonly preformatted?: string
}

/** What a text depends on besides the request. */
export interface TextOptions {
  /** How commands begin where the owner sits, such as `openclaw --profile work`. */
  readonly cli: string
  readonly now: EpochMs
}

/** Tells of one person: who, where from, what for, and what lets them in. */
export function personText(request: WaitingRequest, { cli, now }: TextOptions): NoticeText {
  const approve = approveCommandOf(cli, request, request.code)
  const lines = [
    'Somebody asks to write to this assistant.',
    '',
    `Name: ${nameOf(request.meta) ?? 'they gave none'}`,
    `From: ${placeOf(request)}`,
    `Code: ${request.code}, good for ${minutesLeft(request.expiresAt, now)}`,
    '',
    'You know them, and this is how they would write to you? Then run:',
    approve,
    '',
    'Else do nothing: it ends by itself.',
  ]
  return { text: lines.join('\n'), copyable: approve }
}

/** Tells of one device: its card, and what lets it in. `isAlone`: no other device waits. */
export function deviceText(
  card: DeviceCard,
  how: { readonly requestId: string; readonly isAlone: boolean; readonly cli: string },
): NoticeText {
  const approve = approvalOf(card, how)
  const lines = [
    'A device asks to connect to this assistant.',
    '',
    card.text,
    '',
    card.isWhole
      ? 'It is yours, and it shows the same words? Then answer:'
      : 'It asks for more than fits here. It is yours? Then look at it and decide at the terminal:',
    approve,
    '',
    'Else do nothing: it ends by itself.',
  ]
  return { text: lines.join('\n'), copyable: approve, preformatted: card.text }
}

function approvalOf(
  { isWhole }: DeviceCard,
  { requestId, isAlone, cli }: Parameters<typeof deviceText>[1],
): string {
  if (!isWhole) return `${cli} devices approve ${requestId}`
  return isAlone ? '/pair approve' : `/pair approve ${requestId}`
}

/** One line for many, without a word of theirs. */
export function foldedText(waiting: readonly Waiting[], { cli }: TextOptions): NoticeText {
  const people = waiting.filter(({ about }) => about === 'person').length
  const devices = waiting.length - people
  const lists = [
    ...(people > 0 ? [`${cli} pairing list`] : []),
    ...(devices > 0 ? [`${cli} devices list`] : []),
  ]
  const verb = waiting.length === 1 ? 'waits' : 'wait'
  const text = `${whoMore(people, devices)} ${verb} for your decision: ${lists.join(', ')}`
  return { text, copyable: lists[0] ?? cli }
}

function whoMore(people: number, devices: number): string {
  if (devices === 0) return count(people, 'more person', 'more people')
  if (people === 0) return count(devices, 'more device', 'more devices')
  const kinds = [count(people, 'person', 'people'), count(devices, 'device', 'devices')]
  return `${String(people + devices)} more (${kinds.join(' and ')})`
}

function nameOf(meta: WaitingRequest['meta']): string | undefined {
  const full = [meta['firstName'], meta['lastName']].filter(Boolean).join(' ')
  const name = quoted([full, meta['name'], meta['sender']].find((each) => each))
  const handle = quoted(meta['username'] ?? meta['tag'])
  const parts = [name, handle && `user name ${handle}`].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : `${parts.join(', ')} (chosen by themselves)`
}

function placeOf(request: WaitingRequest): string {
  const { channel, senderId, meta } = request
  const seen = [
    meta['address'] && `address ${shownAddress(meta['address'])}`,
    meta['browser'] && `browser ${quoted(meta['browser']) ?? 'unknown'}`,
  ].filter((part) => part)
  return [
    `${channel}, id ${shownId(senderId)}${othersOf(request)}${accountOf(request)}`,
    ...seen,
  ].join(', ')
}

/** The same person's other ids: the owner may know them by one of those alone. */
function othersOf({ aliases = [] }: WaitingRequest): string {
  return aliases.length === 0 ? '' : ` (also ${aliases.map(shownId).join(', ')})`
}

function accountOf({ account }: ChannelAddress): string {
  return account === 'default' ? '' : `, to account ${account}`
}

function shownAddress(address: string): string {
  return /^[0-9a-f.:]{2,64}$/i.test(address) ? address : (quoted(address) ?? 'unknown')
}

function minutesLeft(expiresAt: EpochMs, now: EpochMs): string {
  return count(Math.max(1, Math.floor((expiresAt - now) / 60_000)), 'minute', 'minutes')
}

function count(number: number, one: string, many: string): string {
  return `${String(number)} ${number === 1 ? one : many}`
}
