import { MAX_CLAIM, MAX_SHOWN } from './limits.ts'

/** Text of a device on one line, without control, direction or invisible characters, cut to 64 code points; `undefined` when nothing is left. */
export function printable(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const looked = text.slice(0, MAX_CLAIM)
  // Plain text is the rule, and the wide pattern takes milliseconds to compile.
  const clean = /^[\x20-\x7e]*$/.test(looked)
    ? looked
    : looked.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
  const line = clean.replaceAll(/\s+/g, ' ').trim()
  const points = line.length <= MAX_SHOWN ? undefined : [...line]
  const cut =
    points && points.length > MAX_SHOWN
      ? `${points
          .slice(0, MAX_SHOWN - 1)
          .join('')
          .trimEnd()}…`
      : line
  return cut === '' ? undefined : cut
}

/** A time as text: `2026-02-17T10:00:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
