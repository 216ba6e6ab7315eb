import { safe } from '../output/safe.ts'

type Meta = Readonly<Record<string, string>>

/** What a person calls themselves, made safe; empty when the platform said nothing. */
function displayName(meta: Meta): string {
  const full = [meta['firstName'], meta['lastName']].filter(isText).map(safe).join(' ')
  return [full, safe(meta['name'] ?? ''), safe(meta['sender'] ?? '')].find(isText) ?? ''
}

/** A name that somebody gave themselves stands in quotes, so that none looks like a handle, an id or our own words. */
export function quoted(name: string): string {
  if (name === '') return ''
  const inner = name.replace(
    /[\p{Pi}\p{Pf}"\u02ba\u02dd\u02ee\u05f4\u201a\u201e\u2033-\u2037\u2057\u275d\u275e\u3003\u301d-\u301f\uff02\u{1f676}-\u{1f678}]/gu,
    "'",
  )
  return `“${inner}”`
}

/** Their @handle, made safe; empty when there is none. */
function handle(meta: Meta): string {
  const name = safe(meta['username'] ?? meta['tag'] ?? '').replace(/^@+/, '')
  if (name === '') return ''
  return /^[\w.#-]+$/.test(name) ? `@${name}` : quoted(`@${name}`)
}

/** What the web chat knows of a visitor: browser and address; empty elsewhere. */
export function origin(meta: Meta): string {
  const from = [meta['browser'], meta['address']].filter(isText).map(safe)
  return from.join(' at ')
}

/** An id, and the other ids of the same person beside it. */
export function idWords({
  senderId,
  aliases = [],
}: {
  readonly senderId: string
  readonly aliases?: readonly string[]
}): string {
  const others = aliases.map(safe).join(', ')
  return others === '' ? safe(senderId) : `${safe(senderId)} (also ${others})`
}

/** Name and handle; empty when neither is known. */
export function named(meta: Meta): string {
  return [quoted(displayName(meta)), handle(meta)].filter(isText).join(' ')
}

/** Name and handle for a list, or what else tells them apart; a dash when nothing is known. */
export function who(meta: Meta): string {
  return [named(meta), origin(meta)].find(isText) ?? '–'
}

/** Name and handle for a question, marked as what they are: chosen by the sender. Empty when neither is known. */
export function calledThemselves(meta: Meta): string {
  const name = named(meta)
  return name === '' ? '' : `${name} (as they call themselves)`
}

function isText(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== ''
}
