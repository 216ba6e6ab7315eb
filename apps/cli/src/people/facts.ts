import type { Page } from '../output/screen.ts'
import { fill, widthOf } from '../output/width.ts'
import { wrap, wrapAll } from '../output/wrap.ts'

/** A fact under its label. */
export type Fact = readonly [label: string, text: string]

/** Prints facts one under the other, labels aligned, long ones wrapped. */
export function printFacts(page: Page, facts: readonly Fact[]): void {
  const labels = Math.max(...facts.map(([label]) => widthOf(label)))
  const room = Math.max(20, (page.width ?? 100) - labels - 4)
  for (const [label, text] of facts) {
    const lines = page.width === undefined ? wrap(text, room) : wrapAll(text, room)
    lines.forEach((line, index) => {
      page.line(`  ${page.style.dim(fill(index === 0 ? label : '', labels))}  ${line}`)
    })
  }
}
