import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '../output/screen.ts'
import { wrap } from '../output/wrap.ts'

/** Where the story is told. */
export interface Stage {
  /** What happens, in the narrator's words. */
  readonly tell: (text: string) => Promise<void>
  /** What somebody writes or reads in the chat. */
  readonly chat: (who: string, text: string) => Promise<void>
  /** A command that the owner types. */
  readonly command: (line: string) => Promise<void>
  /** What is told, for `--json`. */
  readonly steps: () => readonly Step[]
}

/** A step of the story. */
export interface Step {
  readonly kind: 'story' | 'chat' | 'command'
  readonly text: string
  readonly who?: string
}

/** How fast it goes. */
export interface Pace {
  /** Ms after each step; 0 where nobody watches. */
  readonly pause: number
  readonly signal: AbortSignal
}

/** A stage on a page; `undefined` tells nothing aloud. */
export function stageOn(page: Page | undefined, pace: Pace): Stage {
  const steps: Step[] = []
  const width = Math.min(page?.width ?? 80, 80)
  const step = async (done: Step, show: (page: Page) => void): Promise<void> => {
    pace.signal.throwIfAborted()
    steps.push(done)
    if (page !== undefined) show(page)
    if (pace.pause > 0) await sleep(pace.pause, undefined, { signal: pace.signal })
  }
  return {
    steps: () => steps,
    tell: (text) =>
      step({ kind: 'story', text }, (to) => {
        to.line()
        to.lines(wrap(text, width).map((line) => to.style.bold(line)))
      }),
    chat: (who, text) =>
      step({ kind: 'chat', who, text }, (to) => bubble(to, { who, text, width })),
    command: (line) =>
      step({ kind: 'command', text: line }, (to) => {
        to.line()
        to.line(`${to.style.green('$')} ${line}`)
      }),
  }
}

function bubble(
  page: Page,
  { who, text, width }: { who: string; text: string; width: number },
): void {
  const { cyan, dim } = page.style
  page.line()
  page.line(`  ${cyan(who)}`)
  for (const paragraph of text.split('\n')) {
    for (const line of wrap(paragraph, width - 4)) page.line(`  ${dim('│')} ${line}`.trimEnd())
  }
}
