import { pieces } from '@openclaw/pairing-channel-kit'
import { CHUNK_UNITS, MAX_CHUNKS } from './limits.ts'

/** A text in messages, or why it is not sent. */
export function messagesOf(text: string): readonly string[] | { readonly problem: string } {
  if (text.trim() === '') return { problem: 'there is no text' }
  const parts = pieces(text, CHUNK_UNITS).map((piece) => piece.text)
  if (parts.length <= MAX_CHUNKS) return parts
  return { problem: `the text is longer than ${String(MAX_CHUNKS)} messages` }
}
