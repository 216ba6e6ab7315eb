/** True when `text` takes more than `max` bytes as UTF-8. Looks at no more than it must. */
export function exceedsUtf8(text: string, max: number): boolean {
  if (text.length > max) return true
  if (text.length * 3 <= max) return false
  let bytes = 0
  for (let at = 0; at < text.length; at += 1) {
    bytes += bytesOf(text.charCodeAt(at))
    if (bytes > max) return true
  }
  return false
}

/** Bytes that one UTF-16 unit adds; either half of a pair adds two of the four, a lone one counts less than its three. */
function bytesOf(unit: number): number {
  if (unit < 0x80) return 1
  if (unit < 0x800) return 2
  return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3
}

/** The longest beginning of `text` that takes at most `max` bytes as UTF-8 and splits no character. */
export function cutUtf8(text: string, max: number): string {
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += bytesOfPoint(character.codePointAt(0) ?? 0)
    if (bytes > max) break
    end += character.length
  }
  return text.slice(0, end)
}

function bytesOfPoint(point: number): number {
  if (point < 0x80) return 1
  if (point < 0x800) return 2
  return point < 0x10000 ? 3 : 4
}

const LONE = /\p{Surrogate}/u

/** True when no half of a surrogate pair stands alone: the text survives UTF-8. */
export function isWellFormed(text: string): boolean {
  return !LONE.test(text)
}
