import { nearest } from '../nearest.ts'
import { isObject } from './document.ts'
import type { Node } from './node.ts'

/**
 * Warns of every key that nothing reads, in a section that is only ours.
 *
 * @param known - every key of the section
 */
export function warnUnknownKeys(node: Node, known: readonly string[]): void {
  for (const key of keysOf(node)) {
    if (known.includes(key)) continue
    const meant = nearest(key, known)
    node.report.warn([...node.path, key], {
      problem: 'nothing reads this key',
      fix: meant === undefined ? `Remove it; known are ${known.join(', ')}.` : didYouMean(meant),
    })
  }
}

/**
 * Warns of keys that look like a slip, in a section that OpenClaw shares: its own keys are left alone.
 *
 * @param known - the keys that are read
 * @param others - keys of OpenClaw that only look alike
 */
export function warnSlips(
  node: Node,
  known: readonly string[],
  others: readonly string[] = [],
): void {
  for (const key of keysOf(node)) {
    if (known.includes(key) || others.includes(key)) continue
    const meant = nearest(key, known)
    if (meant === undefined) continue
    node.report.warn([...node.path, key], {
      problem: 'nothing reads this key',
      fix: didYouMean(meant),
    })
  }
}

function keysOf({ value }: Node): readonly string[] {
  return isObject(value) ? Object.keys(value) : []
}

function didYouMean(key: string): string {
  return `Did you mean "${key}"?`
}
