import type { JsonObject } from '@openclaw/pairing-contracts'
import { MAX_PROBLEMS } from '../limits.ts'
import type { ConfigProblem } from '../types.ts'
import { isObject } from './document.ts'
import type { Layer } from './tree.ts'

/** What is wrong at one place. */
export type Complaint = Pick<ConfigProblem, 'problem' | 'fix' | 'missing'>

/** Collects problems; the first one about a place is kept. */
export interface Report {
  readonly error: (path: readonly string[], complaint: Complaint) => void
  readonly warn: (path: readonly string[], complaint: Complaint) => void
  /** About something that stands in no configuration file: a variable, a token file. */
  readonly elsewhere: (problem: ConfigProblem) => void
  /** The file that a value comes from, or would stand in. */
  readonly fileOf: (path: readonly string[]) => string
  readonly problems: readonly ConfigProblem[]
}

/** A report over the files of one configuration; `fallback` is where a missing value would stand. */
export function newReport(layers: readonly Layer[], fallback: string): Report {
  const problems: ConfigProblem[] = []
  const fileOf = (path: readonly string[]): string =>
    layers.findLast((layer) => holds(layer, path))?.file ?? fallback
  const add = (problem: ConfigProblem): void => {
    const known = problems.some(({ file, path }) => file === problem.file && path === problem.path)
    // Counted apart: a flood of warnings must not hide an error.
    const alike = problems.filter(({ severity }) => severity === problem.severity)
    if (!known && alike.length < MAX_PROBLEMS) problems.push(problem)
  }
  const at =
    (severity: ConfigProblem['severity']) =>
    (path: readonly string[], complaint: Complaint): void =>
      add({ severity, file: fileOf(path), path: spelled(path), ...complaint })
  return { error: at('error'), warn: at('warning'), elsewhere: add, fileOf, problems }
}

/** A path as people read it; keys are data, so nothing unprintable gets through. */
export function spelled(path: readonly string[]): string {
  const text = path.join('.')
  // Plain text is the rule, and the wide pattern takes milliseconds to compile.
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
}

function holds({ at, json }: Layer, path: readonly string[]): boolean {
  if (!at.every((key, index) => path[index] === key)) return false
  let node: JsonObject = json
  for (const [index, key] of path.slice(at.length).entries()) {
    if (!Object.hasOwn(node, key)) return false
    const next = node[key]
    if (!isObject(next)) return index === path.length - at.length - 1
    node = next
  }
  return true
}
