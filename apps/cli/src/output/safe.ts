// Each is made when it is needed: to parse such classes at the start would cost every command.
const ESCAPES = (): RegExp =>
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g
const SPACES = /[\t\n\v\f\r\u0085\u2028\u2029]+/g
/** Joiners are letters in some scripts and parts of emoji; every other invisible goes, direction marks first of all. */
const INVISIBLE = (): RegExp => /(?![\u200c\u200d])[\p{Cf}\u115f\u1160\u3164\uffa0\u2800]/gu
const UNPRINTABLE = (): RegExp => /[\p{Cc}\p{Cs}\p{Co}]/gu
const PILED_MARKS = (): RegExp => /(\p{M}{3})\p{M}+/gu

/**
 * Makes text that somebody else chose harmless to a terminal: one line, no escape sequence, no control, nothing that
 * turns the direction of writing or hides. Every such text passes here on its way to the terminal.
 */
export function safe(text: string): string {
  if (/^[ -~]*$/.test(text)) return text
  return text
    .replace(ESCAPES(), '')
    .replace(SPACES, ' ')
    .replace(INVISIBLE(), '')
    .replace(UNPRINTABLE(), '\ufffd')
    .replace(PILED_MARKS(), '$1')
}

/** JSON for a script, which a terminal can show without harm: what is invisible or a control is `\uXXXX`. */
export function safeJson(value: unknown, indent = 2): string {
  return escapeInvisible(JSON.stringify(value, undefined, indent))
}

/** The same with the end of its line: added before it is looked through, so that it is put together once. */
export function safeJsonLine(value: unknown): string {
  return escapeInvisible(`${JSON.stringify(value, undefined, 2)}\n`)
}

function escapeInvisible(json: string): string {
  if (!/[^\n -~]/.test(json)) return json
  return json.replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f\u115f\u1160\u3164\uffa0]/gu, escapeUnits)
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  }).join('')
}
