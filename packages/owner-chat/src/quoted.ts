import { MAX_LOOKED_AT, MAX_QUOTED } from './limits.ts'

const ADDRESS_OF_ANYTHING = /[a-z][a-z0-9+.-]*:\/\/\S*/giu
const MAIL_OR_HOST =
  /(?:[\p{L}\p{N}_.+-]+@)?(?:[\p{L}\p{N}_-]+\.)+(\p{L}[\p{L}\p{N}-]+)(?:[/:?#]\S*)?/gu

/** Names of machines in a house end like this, and lead nowhere. */
const AT_HOME: ReadonlySet<string> = new Set(['local', 'lan', 'home', 'internal', 'localdomain'])

/**
 * A name that somebody else chose, fit to stand in a message to an owner: in quotation marks that it cannot close, on
 * one line, cut, without control and direction marks, links, mentions, commands or marks of any markup.
 *
 * @returns `undefined` when nothing is left
 */
export function quoted(text: string | undefined): string | undefined {
  const line = text === undefined ? '' : plain(text)
  return line === '' ? undefined : `“${line}”`
}

function plain(text: string): string {
  const visible = text
    .slice(0, MAX_LOOKED_AT)
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(/\p{C}/gu, '')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
  const unlinked = visible
    .replace(ADDRESS_OF_ANYTHING, '(link)')
    .replace(MAIL_OR_HOST, (host: string, end: string) =>
      AT_HOME.has(end.toLowerCase()) && !/[@/]/.test(host) ? host : '(link)',
    )
  const bare = unlinked
    .replace(/["“”„‟«»″]/gu, '')
    .replace(/[@#/\\<>[\]{}|`*~]/g, ' ')
    .replace(/ +/g, ' ')
    .trim()
  return cut(bare)
}

function cut(line: string): string {
  const points = [...line]
  if (points.length <= MAX_QUOTED) return line
  return `${points
    .slice(0, MAX_QUOTED - 1)
    .join('')
    .trimEnd()}…`
}

/** A word of the protocol (a command, a scope, an address) as it is; anything else quoted like a name. */
export function word(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._:%-]{0,127}$/.test(text) ? text : (quoted(text) ?? '“”')
}
