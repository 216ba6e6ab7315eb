import type { World } from '../world.ts'
import { safeJsonLine } from './safe.ts'
import { type Style, styleFor } from './style.ts'
import { wrap } from './wrap.ts'

/** Lines of one stream, with the style and width it bears. */
export interface Page {
  readonly line: (text?: string) => void
  readonly lines: (texts: readonly string[]) => void
  /** A sentence or more, broken at spaces where the terminal ends; not for what is to be copied. */
  readonly prose: (text: string) => void
  readonly raw: (text: string) => void
  readonly style: Style
  readonly isTerminal: boolean
  /** Columns of the terminal; `undefined` where it is none. */
  readonly width: number | undefined
  /** Its lines. */
  readonly height: number | undefined
}

/** Where a command prints: results on `out`, questions and remarks on `err`. */
export interface Screen {
  readonly out: Page
  readonly err: Page
  /** The result of `--json`, alone on stdout. */
  readonly json: (value: unknown) => void
}

/** The screen of a world; `color` false turns colour off. */
export function screenOf(world: World, options: { readonly color: boolean }): Screen {
  const page = (sink: World['out']): Page => ({
    line: (text = '') => sink.write(`${text}\n`),
    lines: (texts) => {
      if (texts.length > 0) sink.write(`${texts.join('\n')}\n`)
    },
    prose: (text) => {
      const lines = sink.columns === undefined ? [text] : wrap(text, sink.columns)
      sink.write(`${lines.join('\n')}\n`)
    },
    raw: sink.write,
    style: styleFor(world.env, { isTerminal: sink.isTerminal, allowed: options.color }),
    isTerminal: sink.isTerminal,
    width: sink.columns,
    height: sink.rows,
  })
  const out = page(world.out)
  return { out, err: page(world.err), json: (value) => out.raw(safeJsonLine(value)) }
}
