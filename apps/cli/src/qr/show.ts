import type { Call } from '../args/types.ts'
import { given, text } from '../args/values.ts'
import { safe } from '../output/safe.ts'
import { iso, shortTime, span } from '../output/time.ts'
import { type Fact, printFacts } from '../people/facts.ts'
import { gatewayRunsJson } from '../people/gateway-runs.ts'
import { warn } from '../people/warnings.ts'
import { shellWord } from '../program.ts'
import type { Address } from './address.ts'
import type { MadeCode } from './make.ts'
import type { QrWish } from './options.ts'
import { type PictureFile, writePictures } from './picture-file.ts'

/** A code, where it leads, and how it is to be shown. */
export interface Showing {
  readonly made: MadeCode
  readonly address: Address
  readonly wish: QrWish
}

/** Light modules around what is drawn: on a terminal fewer, so that it fits. */
const BORDER = { file: 4, terminal: 2 } as const

/** Writes the files that were asked for, and prints the code in the way that was asked for. */
export async function showCode(call: Call, showing: Showing): Promise<void> {
  const files = await writeFiles(showing)
  const { output } = showing.wish
  const { made, address } = showing
  if (output === 'json') call.screen.json(jsonOf(showing, files))
  else if (output === 'code') call.screen.out.line(made.code)
  else if (output === 'svg') await printSvg(call, made)
  else await printPage(call, showing, files)
  if (output !== 'json') warnings(call, address)
}

type Files = Awaited<ReturnType<typeof writePictures>>

async function writeFiles({ made: { codeToScan }, wish: { png, svg } }: Showing): Promise<Files> {
  if (png === undefined && svg === undefined) return new Map()
  const { drawPng, drawSvg, qrPicture } = await import('../qr-app.ts')
  const pictures: PictureFile[] = []
  if (png !== undefined) {
    const content = drawPng(qrPicture(codeToScan, BORDER.file))
    pictures.push({ kind: 'png', name: png, content })
  }
  if (svg !== undefined) {
    pictures.push({ kind: 'svg', name: svg, content: drawSvg(codeToScan, BORDER.file) })
  }
  return writePictures(pictures)
}

/** `setupCode` to `urlSource` are those of OpenClaw 2026.2. */
function jsonOf({ made: { code, setup }, address: { urls, gatewayRuns } }: Showing, files: Files) {
  return {
    setupCode: code,
    gatewayUrl: urls.url,
    auth: 'token',
    urlSource: urls.source,
    setupId: setup.setupId,
    expiresAt: iso(setup.expiresAt),
    urls: urls.urls,
    tlsFingerprint: urls.tlsFingerprint ?? null,
    gatewayRunning: gatewayRunsJson(gatewayRuns),
    warnings: urls.warnings,
    ...Object.fromEntries(files),
  }
}

async function printSvg(call: Call, { codeToScan }: MadeCode): Promise<void> {
  const { drawSvg } = await import('../qr-app.ts')
  call.screen.out.raw(drawSvg(codeToScan, BORDER.file))
}

async function printPage(call: Call, showing: Showing, files: Files): Promise<void> {
  const { out } = call.screen
  const { made, wish } = showing
  const isDrawn = wish.drawn === 'yes' && (await printPicture(call, showing))
  out.prose(
    isDrawn
      ? 'Scan it with the app (Settings, Gateway), or paste the setup code there:'
      : 'Paste the setup code into the app (Settings, Gateway):',
  )
  out.line()
  out.line(out.style.bold(made.code))
  out.line()
  printFacts(out, facts(call, showing, files))
  out.line()
}

/** What does not fit would be no picture at all: then it answers false. */
async function printPicture(call: Call, showing: Showing): Promise<boolean> {
  const { out } = call.screen
  const { codeToScan } = showing.made
  const { drawText, qrPicture } = await import('../qr-app.ts')
  const picture = qrPicture(codeToScan, BORDER.terminal)
  const [columns, rows] = [picture.length, Math.ceil(picture.length / 2)]
  if ((out.width ?? columns) < columns || (out.height ?? rows) < rows) {
    warn(call, {
      problem: `the QR code does not fit this terminal: it needs ${String(columns)} columns and ${String(rows)} lines`,
      fix: `make the window larger or the letters smaller${intoFile(call, showing)}`,
    })
    return false
  }
  const isPainted = out.style.bold(' ') !== ' '
  out.lines(drawText(picture, isPainted ? 'painted' : 'plain'))
  out.line()
  return true
}

/** The same again as a picture, without a second code beside this one. */
function intoFile(call: Call, { made: { setup }, wish }: Showing): string {
  if (wish.png !== undefined || wish.svg !== undefined) return ''
  const end = wish.waits === 'yes' ? 'Ctrl-C' : `openclaw qr --withdraw ${setup.setupId}`
  const url = text(call, 'url') ?? text(call, 'public-url')
  const words = [
    ...(url === undefined ? [] : ['--url', shellWord(safe(url))]),
    ...(given(call, 'remote') ? ['--remote'] : []),
  ].map((word) => `${word} `)
  return `, or have it in a file: ${end}, then: openclaw qr ${words.join('')}--png qr.png`
}

function facts(call: Call, { made, address: { urls } }: Showing, files: Files): readonly Fact[] {
  const now = call.world.now()
  const { setupId, expiresAt } = made.setup
  const minutes = span(expiresAt - now + 1000)
  return [
    ['Gateway', `${safe(urls.url)} (${urls.source})`],
    ...urls.urls.slice(1).map((url, index): Fact => [index === 0 ? 'Also' : '', safe(url)]),
    ...(urls.tlsFingerprint === undefined
      ? []
      : [['TLS', `SHA-256 fingerprint ${urls.tlsFingerprint}`] as const]),
    [
      'Valid',
      `${minutes}, until ${shortTime(expiresAt, now)}, for the first device that shows it; it can ask with it, and you decide`,
    ],
    ['Code', setupId],
    ...[...files].map(
      ([kind, path]): Fact => [kind.toUpperCase(), `${safe(path)} (as secret as the code)`],
    ),
  ]
}

function warnings(call: Call, { urls, gatewayRuns }: Address): void {
  const { err } = call.screen
  for (const each of urls.warnings) err.prose(`${err.style.yellow('warning:')} ${safe(each)}`)
  if (gatewayRuns !== 'no') return
  warn(call, {
    problem: 'no gateway runs here: the code is good, but no device gets through before one does',
    fix: 'openclaw gateway',
  })
}
