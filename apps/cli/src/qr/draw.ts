import { PNG } from 'pngjs'
import { encode, renderSVG } from 'uqr'

/** A QR code: rows of modules, `true` for dark, with the quiet zone around them. */
export type QrPicture = readonly (readonly boolean[])[]

/** A picture of a text, with `border` light modules around it. */
export function qrPicture(text: string, border: number): QrPicture {
  return encode(text, { border }).data
}

/** `painted`: in black and white whatever colours the terminal has; `plain`: in characters alone, for light text on dark. */
export type TextKind = 'painted' | 'plain'

/** Lines of a terminal: two rows of modules in each. */
export function drawText(picture: QrPicture, kind: TextKind): readonly string[] {
  const rows = Array.from({ length: Math.ceil(picture.length / 2) }, (_, line) => {
    const upper = picture[2 * line] ?? []
    const lower = picture[2 * line + 1] ?? upper.map(() => false)
    return upper.map((dark, column) => half(dark, lower[column] ?? false, kind)).join('')
  })
  return kind === 'plain' ? rows : rows.map((row) => `${BLACK_ON_WHITE}${row}${AS_BEFORE}`)
}

const BLACK_ON_WHITE = '\u001b[30;107m'
const AS_BEFORE = '\u001b[0m'

/** What is drawn is dark where it is painted, and light where the terminal is dark. */
function half(upper: boolean, lower: boolean, kind: TextKind): string {
  const isDrawn = kind === 'painted'
  if (upper === lower) return upper === isDrawn ? '█' : ' '
  return upper === isDrawn ? '▀' : '▄'
}

/** Pixels of a module. */
const SCALE = 8

/** A picture in PNG. */
export function drawPng(picture: QrPicture): Uint8Array {
  const side = picture.length * SCALE
  const png = new PNG({ width: side, height: side, colorType: 0 })
  for (let y = 0; y < side; y += 1) {
    const row = picture[Math.floor(y / SCALE)] ?? []
    for (let x = 0; x < side; x += 1) {
      const shade = row[Math.floor(x / SCALE)] === true ? 0 : 255
      png.data.set([shade, shade, shade, 255], 4 * (y * side + x))
    }
  }
  return PNG.sync.write(png, { colorType: 0 })
}

/** A text as a picture in SVG. */
export function drawSvg(text: string, border: number): string {
  return `${renderSVG(text, { border, pixelSize: SCALE })}\n`
}
