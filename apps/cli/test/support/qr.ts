import { readSetupCode } from '@openclaw/pairing-protocol'
import jsQr from 'jsqr'
import { PNG } from 'pngjs'

/** What is pasted by what is scanned: the same address, secret and end. */
export function isSameCode(scanned: string | undefined, pasted: string): boolean {
  const [one, other] = [scanned ?? '', pasted].map(contentOf)
  return one !== undefined && one === other
}

function contentOf(code: string): string | undefined {
  const read = readSetupCode(code)
  if (!read.ok) return undefined
  const { url, bootstrapToken, token, expiresAtMs, tlsFingerprint } = read.payload
  return JSON.stringify({ url, bootstrapToken, token, expiresAtMs, tlsFingerprint })
}

/** Pixels of a module, so that a reader has something to look at. */
const SCALE = 4

/** What a reader of QR codes sees in rows of modules, `true` for dark. */
export function readModules(rows: readonly (readonly boolean[])[]): string | undefined {
  const [width, height] = [(rows[0]?.length ?? 0) * SCALE, rows.length * SCALE]
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      if (rows[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)])
        pixels.set([0, 0, 0], 4 * (y * width + x))
  return jsQr.default(pixels, width, height)?.data
}

/** What it sees in a picture in PNG. */
export function readPng(bytes: Buffer): string | undefined {
  const { data, width, height } = PNG.sync.read(bytes)
  return jsQr.default(new Uint8ClampedArray(data), width, height)?.data
}

/** What it sees in a picture in SVG: one path of squares, or one with a move and a line for each module. */
export function readSvg(svg: string): string | undefined {
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1])
  const squares = [...svg.matchAll(/M(\d+),(\d+)h(\d+)/g)].map((match) =>
    match.slice(1).map(Number),
  )
  const unit = squares[0]?.[2] ?? 1
  const rows = Array.from({ length: side / unit }, () => Array<boolean>(side / unit).fill(false))
  for (const [x = 0, y = 0] of squares) {
    const row = rows[y / unit]
    if (row !== undefined) row[x / unit] = true
  }
  return readModules(rows)
}

/** What it sees on a terminal: black on white where it is painted, else as on a dark screen. */
export function readScreen(screen: string): string | undefined {
  const isPainted = screen.includes(PAINT)
  const lines = screen.split(/\r?\n/).filter((line) => isPicture(line, isPainted))
  const rows = lines.flatMap((line) => {
    const cells = [...line.replace(PAINT, '').replace('\u001b[0m', '')]
    const [upper, lower] = [cells.map((c) => '█▀'.includes(c)), cells.map((c) => '█▄'.includes(c))]
    return [upper, lower].map((row) => row.map((is) => is === isPainted))
  })
  return readModules(rows)
}

const PAINT = '\u001b[30;107m'

function isPicture(line: string, isPainted: boolean): boolean {
  if (isPainted) return line.includes(PAINT)
  return /^[█▀▄ ]{21,}$/.test(line) && /[█▀▄]/.test(line)
}
