import { type Chunks, cutFor, pieces } from '@openclaw/pairing-channel-kit'
import type { OutboundText } from '@openclaw/pairing-contracts'
import { CLOUD_TEXT_UNITS } from '../limits.ts'

/** WhatsApp shows what stands between two of these in letters of one width. */
const FENCE = '```'

/** Cuts a text into messages that the Cloud API takes; where a part of it is preformatted, that part is fenced. */
export function messageTexts(
  { text, copyable, preformatted = '' }: Omit<OutboundText, 'to'>,
  chunks: Chunks = {},
): readonly string[] {
  const from = preformatted === '' || text.includes(FENCE) ? -1 : text.indexOf(preformatted)
  const { limit = CLOUD_TEXT_UNITS } = chunks
  const room = from < 0 ? 0 : 2 * FENCE.length
  const within = { ...chunks, limit: limit - room }
  const cut = cutFor(CLOUD_TEXT_UNITS - room, within, [preformatted, copyable])
  if (from < 0) return pieces(text, cut).map((piece) => piece.text)
  const to = from + preformatted.length
  return pieces(text, cut).map(({ at, text: piece }) => {
    const [begin, end] = [Math.max(from - at, 0), Math.min(to - at, piece.length)]
    const inside = piece.slice(begin, end)
    if (begin >= end || inside.trim() === '') return piece
    return `${piece.slice(0, begin)}${FENCE}${inside}${FENCE}${piece.slice(end)}`
  })
}
