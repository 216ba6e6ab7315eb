import type { Json, JsonObject } from '@openclaw/pairing-contracts'
import { nearest } from '../nearest.ts'
import type { Environment } from '../ports.ts'
import { isObject } from './document.ts'
import type { Complaint, Report } from './report.ts'
import { substitute } from './substitute.ts'

/** A place in the configuration, what is written there, and where to complain. */
export interface Node {
  readonly path: readonly string[]
  /** `undefined`: nothing is written. */
  readonly value: Json | undefined
  readonly env: Environment
  readonly report: Report
}

/** Something is written, and it cannot be used; it was reported. Callers take the careful side. */
export const WRONG: unique symbol = Symbol('wrong')

/** What was read: the value, {@link WRONG}, or `undefined` where nothing is written. */
export type Read<T> = T | typeof WRONG | undefined

/** The place one key below. */
export function below(node: Node, key: string): Node {
  const { value } = node
  const here = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return { ...node, path: [...node.path, key], value: here }
}

/** The value, or nothing where it was {@link WRONG}. */
export function orNothing<T>(read: Read<T>): T | undefined {
  return read === WRONG ? undefined : read
}

/** Reports that what is written here cannot be used. */
export function wrong(node: Node, problem: string, fix: string): typeof WRONG {
  node.report.error(node.path, { problem, fix })
  return WRONG
}

/** An object. */
export function readObject(node: Node): Read<JsonObject> {
  if (node.value === undefined || isObject(node.value)) return node.value
  return wrong(node, 'must be an object', 'Write { … }, or remove the key.')
}

/** True or false. */
export function readFlag(node: Node): Read<boolean> {
  if (node.value === undefined || typeof node.value === 'boolean') return node.value
  return wrong(node, 'must be true or false', 'Write true or false without quotes.')
}

/** A whole number between two bounds, which may be written as `"${NAME}"`. */
export function readWhole(node: Node, [min, max]: readonly [number, number]): Read<number> {
  if (node.value === undefined) return undefined
  const range = `a whole number from ${String(min)} to ${String(max)}`
  const text = typeof node.value === 'string' ? readText(node, 16) : undefined
  if (text === WRONG) return WRONG
  const written = text !== undefined && /^\d+$/.test(text) ? Number(text) : node.value
  const number = Number.isInteger(written) ? Number(written) : Number.NaN
  if (number >= min && number <= max) return number
  return wrong(node, `must be ${range}`, `Write ${range}.`)
}

/** A number between two bounds, fractions included, which may be written as `"${NAME}"`. */
export function readNumber(node: Node, [min, max]: readonly [number, number]): Read<number> {
  if (node.value === undefined) return undefined
  const text = typeof node.value === 'string' ? readText(node, 16) : undefined
  if (text === WRONG) return WRONG
  const isDecimal = text !== undefined && /^\d+(?:\.\d+)?$/.test(text)
  const number = isDecimal ? Number(text) : node.value
  if (typeof number === 'number' && number >= min && number <= max) return number
  const range = `a number from ${String(min)} to ${String(max)}`
  return wrong(node, `must be ${range}`, `Write ${range}.`)
}

/** Text without control characters and surrounding blanks, `${NAME}` filled in. */
export function readText(node: Node, maxLength: number): Read<string> {
  if (node.value === undefined) return undefined
  if (typeof node.value !== 'string') return wrong(node, 'must be text', 'Write it in quotes.')
  const filled = substitute(node.value, node.env)
  if ('missing' in filled) return missing(node, filled.missing)
  const text = filled.text.trim()
  if (text === '') return wrong(node, 'is empty', 'Write a value, or remove the key.')
  if (text.length > maxLength)
    return wrong(node, 'is too long', `Write at most ${String(maxLength)} characters.`)
  if (CONTROL.test(text))
    return wrong(node, 'has control characters', 'Remove them; often they come from pasting.')
  return text
}

/** Line breaks and tabs are the writer's business, other control characters nobody's. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/

/** One of a few words. */
export function readChoice<T extends string>(node: Node, choices: readonly T[]): Read<T> {
  const text = readText(node, 64)
  if (text === undefined || text === WRONG) return text
  const choice = choices.find((each) => each === text)
  if (choice !== undefined) return choice
  const words = choices.map((each) => `"${each}"`).join(', ')
  const meant = nearest(text, choices)
  const fix = meant === undefined ? `Write one of ${words}.` : `Did you mean "${meant}"?`
  return wrong(node, `must be one of ${words}`, fix)
}

/** The places of a list's entries. */
export function readList(node: Node, maxEntries: number): Read<readonly Node[]> {
  const { value } = node
  if (value === undefined) return undefined
  if (!Array.isArray(value)) return wrong(node, 'must be a list', 'Write [ … ].')
  if (value.length > maxEntries)
    return wrong(node, `has ${String(value.length)} entries`, `Keep at most ${String(maxEntries)}.`)
  return value.map((entry: Json, index) => ({
    ...node,
    path: [...node.path, String(index)],
    value: entry,
  }))
}

function missing(node: Node, name: string): typeof WRONG {
  return unset(node, {
    problem: `needs the environment variable ${name}, which is not set`,
    fix: `Set ${name}, or write the value itself.`,
  })
}

/** Reports that what is written here needs a variable that this process does not have. */
export function unset(
  { report, path }: Node,
  complaint: Pick<Complaint, 'problem' | 'fix'>,
): typeof WRONG {
  report.error(path, { ...complaint, missing: 'variable' })
  return WRONG
}
