import { renderUnicodeCompact } from 'uqr'

/** Modules of quiet zone. The standard asks for four; readers are content with two, and a telephone is narrow. */
const BORDER = 2

/**
 * A QR code of half blocks, two rows of it in a line. Blocks are its dark modules: right on a light ground, which is what
 * pages and most telephones have; on a dark one most readers take it as well.
 */
export function qrOf(text: string): string {
  return renderUnicodeCompact(text, { ecc: 'L', border: BORDER, invert: true })
}
