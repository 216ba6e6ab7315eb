import { safe } from '../output/safe.ts'

type Meta = Readonly<Record<string, string>>

/** What a person calls themselves, made safe; empty when the platform said nothing. */
export function displayName(meta: Meta): string {
  const full = [meta['firstName'], meta['lastName']].filter(isText).map(safe).join(' ')
  return [full, safe(meta['name'] ?? ''), safe(meta['sender'] ?? '')].find(isText) ?? ''
}

/** Their @handle, made safe; empty when there is none. */
export function handle(meta: Meta): string {
  const name = safe(meta['username'] ?? meta['tag'] ?? '').replace(/^@+/, '')
  return name === '' ? '' : `@${name}`
}

/** What the web chat knows of a visitor: browser and address; empty elsewhere. */
export function origin(meta: Meta): string {
  const from = [meta['browser'], meta['address']].filter(isText).map(safe)
  return from.join(' at ')
}

/** Name and handle for a list, or what else tells them apart; a dash when nothing is known. */
export function who(meta: Meta): string {
  const both = [displayName(meta), handle(meta)].filter(isText).join(' ')
  return [both, origin(meta)].find(isText) ?? '–'
}

/** Name and handle for a question, marked as what they are: chosen by the sender. Empty when neither is known. */
export function calledThemselves(meta: Meta): string {
  const name = displayName(meta)
  const both = [name === '' ? '' : `“${name}”`, handle(meta)].filter(isText).join(' ')
  return both === '' ? '' : `${both} (as they call themselves)`
}

function isText(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== ''
}
