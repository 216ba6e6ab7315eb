import { quoted as quotedWithin } from '@openclaw/dm-pairing'
import { MAX_QUOTED } from './limits.ts'

/**
 * A name that somebody else chose, fit to stand in a message to an owner: in quotation marks that it cannot close, on
 * one line, cut, without control and direction marks, links, mentions, commands or marks of any markup.
 *
 * @returns `undefined` when nothing is left
 */
export function quoted(text: string | undefined): string | undefined {
  return quotedWithin(text, MAX_QUOTED)
}

/**
 * A word of the protocol (a command, a scope, an address) as it is; anything else quoted like a name. For parts that are
 * preformatted alone: `system.run` is a host as well.
 */
export function word(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._:%-]{0,127}$/.test(text) ? text : (quoted(text) ?? '“”')
}
