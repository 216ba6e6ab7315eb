import { isPairingCode, type PairingCode } from './code.ts'
import { PAIRING_CODE_LENGTH } from './limits.ts'

// Each is made when it is needed: to parse such classes at the start would cost every command.
const SEPARATORS = (): RegExp => /[\s\p{Pd}\u2212]/gu
/** What may stand around a code in a pasted text: quotes, brackets, marks of Markdown. */
const EDGES = (): RegExp => /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu
const LABEL = (): RegExp => /\bpairing[\s-]+code[*_`]*\s*[:=\uFF1A]/giu
const COMMAND = (): RegExp => /\bpairing\s+approve\s/giu
const VALUE_FLAGS = new Set([
  '--channel',
  '--account',
  '--expires',
  '--profile',
  '--url',
  '--token',
])

/** The text without spaces and hyphens, upper-cased. */
export function withoutSeparators(text: string): string {
  return upper(text.replace(SEPARATORS(), ''))
}

/** Codes that a line `Pairing code: …` names; the code may stand on the next line. */
export function labelledCodes(text: string): readonly PairingCode[] {
  return after(text, LABEL()).flatMap((rest) => joined(words(firstLine(rest.trimStart()))))
}

/** Codes that a command `… pairing approve <channel> <code>` names. Channel names may look like codes: `telegram` does. */
export function commandCodes(text: string): readonly PairingCode[] {
  return after(text, COMMAND()).flatMap((rest) => joined(codeWords(words(firstLine(rest)))))
}

/** Single words of a text that look like a code as it is sent: upper-case, or with a digit. */
export function proseCodes(text: string): readonly PairingCode[] {
  return words(text).flatMap((word) => {
    const bare = bareWord(word).replace(SEPARATORS(), '')
    const code = upper(bare)
    return isPairingCode(code) && (bare === code || /\d/.test(bare)) ? [code] : []
  })
}

/** The code that the first words spell; it ends where a word ends. */
function joined(parts: readonly string[]): readonly PairingCode[] {
  let code = ''
  for (const part of parts) {
    code += withoutSeparators(bareWord(part))
    if (code.length >= PAIRING_CODE_LENGTH) break
  }
  return isPairingCode(code) ? [code] : []
}

/** What follows the channel in the words of a command; flags and their values are left out. */
function codeWords(parts: readonly string[]): readonly string[] {
  const operands = parts.filter(
    (part, index) => !part.startsWith('--') && !takesValue(parts[index - 1]),
  )
  const channelIsFlag = parts.some((part) => part.startsWith('--channel'))
  return channelIsFlag ? operands : operands.slice(1)
}

function takesValue(flag: string | undefined): boolean {
  return flag !== undefined && VALUE_FLAGS.has(flag)
}

function after(text: string, mark: RegExp): readonly string[] {
  return [...text.matchAll(mark)].map((match) => text.slice(match.index + match[0].length))
}

function firstLine(text: string): string {
  return text.split(/[\r\n]/, 1)[0] ?? ''
}

function words(text: string): readonly string[] {
  return text.split(/\s+/u).filter((word) => word !== '')
}

function bareWord(word: string): string {
  return word.replace(EDGES(), '')
}

/** ASCII only: `ß` would become `SS`, and a word one letter short a code. */
function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}
