/** What Discord reads as markup wherever it stands: emphasis, code, mentions, quotes, headings, links with other words. */
const MARKUP = /[\\*_~`|<>#[\]]/g
/** Lists, where a line begins. */
const BULLET = /^( *)([-+])(?= )/gm
const NUMBER = /^( *\d+)\.(?= )/gm
/** What clients make a link of by themselves. */
const SCHEME = /:(?=\/\/)/g
const WEB_LINK = /https?:\/\/[A-Za-z0-9.-]+(?::\d+)?(?:[/?#][^\s<>`\\]*)?/g
/** What ends a sentence, not a link. */
const AFTER_LINK = /[.,:;!?'")\]}*_~|]+$/

/**
 * Text that Discord shows as it is: no emphasis, mentions, headings or links with other words. Web addresses stay links, in
 * the form that shows them whole and is not read for markup.
 */
export function escaped(text: string): string {
  let out = ''
  let from = 0
  for (const { 0: found, index } of text.matchAll(WEB_LINK)) {
    const link = found.replace(AFTER_LINK, '')
    if (!URL.canParse(link) || isWordBefore(text, index)) continue
    out += `${plain(text.slice(from, index))}<${link}>`
    from = index + link.length
  }
  return out + plain(text.slice(from))
}

const isWordBefore = (text: string, index: number): boolean =>
  index > 0 && /[\w+.-]/.test(text.charAt(index - 1))

function plain(text: string): string {
  return text
    .replaceAll(MARKUP, '\\$&')
    .replaceAll(BULLET, '$1\\$2')
    .replaceAll(NUMBER, '$1\\.')
    .replaceAll(SCHEME, '\\:')
}

/** A part in letters of one width that can be copied; `undefined` where it cannot be marked without being changed. */
export function inlineCode(text: string): string | undefined {
  return /^[^\s`]+(?: [^\s`]+)*$/.test(text) ? `\`${text}\`` : undefined
}

/** Lines that keep their shape; `undefined` where they cannot be marked without being changed. */
export function codeBlock(text: string): string | undefined {
  const isPlain = text.trim() !== '' && !text.includes('```') && !/^[\n`]|[\n`]$/.test(text)
  return isPlain ? `\`\`\`\n${text}\n\`\`\`` : undefined
}
