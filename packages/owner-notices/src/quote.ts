import { quoted as quotedWithin } from '@openclaw/dm-pairing'
import { MAX_NAME } from './limits.ts'

/**
 * A name that somebody gave themselves, as a quotation that no chat acts on: one line, at most 40 characters, without
 * links, mentions, commands and quotation marks. `undefined` when nothing is left.
 */
export function quoted(name: string | undefined): string | undefined {
  return quotedWithin(name, MAX_NAME)
}

/** An id as its channel has it; one that a chat could act on is quoted. */
export function shownId(id: string): string {
  return /^(?:(?:uuid|lid):)?[\w+-]{1,64}$/.test(id) ? id : (quoted(id) ?? 'unknown')
}
