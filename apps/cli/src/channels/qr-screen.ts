import type { Call } from '../args/types.ts'
import { warn } from '../people/warnings.ts'

/** Codes on the screen, each in the place of the one before. */
export interface QrScreen {
  readonly show: (text: string) => Promise<void>
  /** No more are shown. */
  readonly end: () => void
}

const BORDER = 2

/** Shows codes where a terminal is; each one anew below the last where the screen cannot be painted over. */
export function qrScreen(call: Call): QrScreen {
  const { out } = call.screen
  const isPainted = out.style.bold(' ') !== ' '
  let shown = 0
  let isOver = false
  return {
    show: async (text) => {
      const { drawText, qrPicture } = await import('../qr-app.ts')
      if (isOver) return
      const picture = qrPicture(text, BORDER)
      const lines = drawText(picture, isPainted ? 'painted' : 'plain')
      const columns = picture.length
      if ((out.width ?? columns) < columns || (out.height ?? lines.length + 2) < lines.length + 2) {
        tooSmall(call, columns, lines.length + 2)
        return
      }
      if (shown === 0) heading(call)
      if (shown > 0 && isPainted) out.raw(`\u001b[${String(shown)}A\u001b[0J`)
      out.lines(lines)
      shown = lines.length
    },
    end: () => {
      isOver = true
    },
  }
}

function heading({ screen: { out } }: Call): void {
  out.prose('On the phone: WhatsApp, Settings, Linked devices, Link a device; then scan this.')
  out.prose('It changes now and then by itself. Ctrl-C ends it, and nothing is left.')
  out.line()
}

function tooSmall(call: Call, columns: number, lines: number): void {
  warn(call, {
    problem: `the QR code does not fit this terminal: it needs ${String(columns)} columns and ${String(lines)} lines`,
    fix: 'make the window larger or the letters smaller; Ctrl-C, and once more',
  })
}
