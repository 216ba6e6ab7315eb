import type { Call } from './types.ts'

/** The value of a text option. */
export function text(call: Pick<Call, 'values'>, name: string): string | undefined {
  const value = call.values[name]
  return typeof value === 'string' ? value : undefined
}

/** Whether a switch was given. */
export function given(call: Pick<Call, 'values'>, name: string): boolean {
  return call.values[name] === true
}

/** The values of an option that may be given several times; `undefined` where it was not. */
export function list(call: Pick<Call, 'values'>, name: string): readonly string[] | undefined {
  return text(call, name)
    ?.split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '')
}
