import { renderUnicodeCompact } from 'uqr'

/** Modules of quiet zone. The standard asks for four; readers are content with two, and a telephone is narrow. */
const BORDER = 2

/** A QR code of half blocks, two rows of it in a line. */
export function qrOf(text: string): string {
  return renderUnicodeCompact(text, { ecc: 'L', border: BORDER })
}
