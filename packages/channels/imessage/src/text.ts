import { type Chunks, cutFor, mostPieces, pieces } from '@openclaw/pairing-channel-kit'
import type { OutboundText } from '@openclaw/pairing-contracts'
import { CHUNK_UNITS, MAX_CHUNKS } from './limits.ts'

/** A text in messages, or why it is not sent; what is marked in it is not cut. */
export function messagesOf(
  { text, copyable, preformatted }: Pick<OutboundText, 'text' | 'copyable' | 'preformatted'>,
  chunks: Chunks,
): readonly string[] | { readonly problem: string } {
  const cut = cutFor(CHUNK_UNITS, chunks, [preformatted, copyable])
  const parts = pieces(text, cut).map((piece) => piece.text)
  if (parts.length === 0) return { problem: 'there is no text' }
  const most = mostPieces(MAX_CHUNKS, CHUNK_UNITS, chunks)
  if (parts.length <= most) return parts
  return { problem: `the text is longer than ${String(most)} messages` }
}
