import type { Actor } from '@openclaw/pairing-contracts'
import { MAX_NAME_LENGTH, SHOWN_DEVICE_ID_LENGTH } from './limits.ts'

/**
 * Says who an actor is, for lists and the audit log: `owner 123 on telegram`.
 *
 * One line; control characters are left out, long names are cut, a page's session is not named.
 */
export function describeActor(actor: Actor): string {
  switch (actor.kind) {
    case 'root':
      return `you at this machine's terminal (${printable(actor.user)})`
    case 'library':
      return `the program ${printable(actor.name)}`
    case 'owner':
    case 'sender':
      return `${actor.kind} ${printable(actor.senderId)} on ${place(actor)}`
    case 'operator':
      return `operator device ${shortId(actor.deviceId)}`
    case 'page':
      return "the owner's page"
    case 'device':
      return `device ${shortId(actor.deviceId)} (${printable(actor.role)})`
    case 'system':
      return SYSTEM[actor.part] ?? `the assistant itself (${printable(actor.part)})`
    default:
      return foreign(actor, 'an actor of another version')
  }
}

/** What the assistant does by itself, for people. */
const SYSTEM: Readonly<Partial<Record<string, string>>> = {
  outside: 'a change outside (another program, or by hand)',
  'outside change': 'a change outside (another program, or by hand)',
  expiry: 'the end of its time',
  'passed-on': 'the platform, where this id is theirs no more',
  'full-list': 'the full list, whose place went to one of another address',
  'local-approval': 'the standing order for nodes of this machine',
}

/**
 * A short text that is the same for the same actor and different for others, to count by: `owner:telegram:123`.
 *
 * An owner is the same on every account of a channel; all sessions of the page are one actor, so that a new one
 * does not start from zero.
 */
export function actorKey(actor: Actor): string {
  switch (actor.kind) {
    case 'root':
    case 'page':
      return actor.kind
    case 'library':
      return keyOf(actor.kind, actor.name)
    case 'owner':
      return keyOf(actor.kind, actor.channel, actor.senderId)
    case 'sender':
      return keyOf(actor.kind, actor.channel, actor.account, actor.senderId)
    case 'operator':
    case 'device':
      return keyOf(actor.kind, actor.deviceId)
    case 'system':
      return keyOf(actor.kind, actor.part)
    default:
      return foreign(actor, 'unknown')
  }
}

/** A journal may be older or newer than this code; the type says that every kind of today is handled. */
function foreign(_actor: never, text: string): string {
  return text
}

function keyOf(...parts: readonly string[]): string {
  return parts.map((part) => part.replace(/[^\w.+@-]/g, escaped)).join(':')
}

/** Of one UTF-16 unit: also a lone surrogate has its own spelling. */
function escaped(unit: string): string {
  return `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function place({
  channel,
  account,
}: {
  readonly channel: string
  readonly account: string
}): string {
  return account === 'default'
    ? printable(channel)
    : `${printable(channel)} (${printable(account)})`
}

function shortId(id: string): string {
  const text = printable(id)
  return text.length <= SHOWN_DEVICE_ID_LENGTH ? text : `${text.slice(0, SHOWN_DEVICE_ID_LENGTH)}…`
}

function printable(text: string): string {
  // Plain text is the rule, and the wide pattern takes milliseconds to compile.
  const clean = isPlain(text) ? text : text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
  if (clean.length <= MAX_NAME_LENGTH) return clean
  const symbols = [...clean]
  return symbols.length <= MAX_NAME_LENGTH
    ? clean
    : `${symbols.slice(0, MAX_NAME_LENGTH).join('')}…`
}

/** Only printable ASCII. Looked at unit by unit: names are short, and a list of many would pay for a compiled pattern. */
function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 0x20 || unit > 0x7e) return false
  }
  return true
}
