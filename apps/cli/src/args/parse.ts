import { parseArgs } from 'node:util'
import { UsageError } from '../errors.ts'
import { swap } from './mend.ts'
import { type GlobalFlags, onlyBefore, setSwitch } from './route.ts'
import { nearest } from './suggest.ts'
import type { Command, OptionSpec } from './types.ts'

/** The words and options of one command. */
export interface Parsed {
  readonly words: readonly string[]
  readonly values: Readonly<Record<string, string | true>>
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

/** Takes apart what follows the command; `flags` gets the switches that hold everywhere. */
export function parseCommand(
  command: Command,
  rest: readonly string[],
  flags: GlobalFlags,
): Parsed {
  const values: Record<string, string | true> = {}
  const words: string[] = []
  for (const token of tokensOf(command, rest)) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    if (token.value === undefined && setSwitch(flags, token.rawName)) continue
    const spec = specOf(command, token)
    const before = values[token.name]
    if (before !== undefined && spec.type !== 'list') {
      throw new UsageError(`${token.rawName} was given twice`)
    }
    const value = readValue(spec, token)
    values[token.name] = before === undefined ? value : `${String(before)},${String(value)}`
  }
  if (!flags.help) checkCount(command, words)
  return { words, values }
}

type Tokens = NonNullable<ReturnType<typeof parseArgs>['tokens']>

function tokensOf(command: Command, rest: readonly string[]): Tokens {
  // The parser is loaded only where there is something to take apart.
  if (rest.every((arg) => arg === '--json' || !arg.startsWith('-'))) return plainTokens(rest)
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type }]) => [
      name,
      { type: type === 'boolean' ? type : ('string' as const) },
    ]),
  )
  return parseArgs({ args: rest.map(withoutValue(command)), options, strict: false, tokens: true })
    .tokens
}

/** An option that may stand alone does so before another one and at the end. */
function withoutValue({ options }: Command) {
  return (arg: string, index: number, all: readonly string[]): string => {
    const name = arg.startsWith('--') ? arg.slice(2) : ''
    const isMeant = Object.hasOwn(options, name) && options[name]?.maybeEmpty === true
    return isMeant && (all[index + 1] ?? '-').startsWith('-') ? `${arg}=` : arg
  }
}

/** The same for words and `--json`. */
function plainTokens(rest: readonly string[]): Tokens {
  return rest.map((arg, index) =>
    arg === '--json'
      ? {
          kind: 'option',
          index,
          name: 'json',
          rawName: arg,
          value: undefined,
          inlineValue: undefined,
        }
      : { kind: 'positional', index, value: arg },
  )
}

function specOf(command: Command, token: OptionToken): OptionSpec {
  if (token.name === 'profile' || token.name === 'dev') throw onlyBefore(token.rawName)
  const spec = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined
  if (spec !== undefined) return spec
  const known = Object.entries(command.options).flatMap(([name, { hidden }]) =>
    hidden ? [] : [`--${name}`],
  )
  const everywhere = ['--json', '--help', '--no-color']
  if (everywhere.includes(token.rawName)) throw takesNoValue(token.rawName, token.value ?? '')
  const meant = nearest(token.rawName, [...known, ...everywhere])
  throw new UsageError(
    `unknown option ${token.rawName}`,
    meant === undefined ? { hint: helpLine(command) } : { mend: swap(token.rawName, meant) },
  )
}

function readValue(spec: OptionSpec, { rawName, value, inlineValue }: OptionToken): string | true {
  if (spec.type === 'boolean') {
    if (value === undefined) return true
    throw takesNoValue(rawName, value)
  }
  if (value === '' && spec.maybeEmpty) return true
  if (value === undefined || value === '') throw new UsageError(`${rawName} needs a value`)
  if (inlineValue !== true && value.startsWith('-') && value.length > 1) {
    throw new UsageError(`${rawName} needs a value`, {
      hint: `a value that begins with - is written ${rawName}=${value}`,
    })
  }
  return value
}

function takesNoValue(name: string, value: string): UsageError {
  return new UsageError(`${name} takes no value`, { mend: swap(`${name}=${value}`, name) })
}

function checkCount(command: Command, words: readonly string[]): void {
  const { min, max } = command.words
  if (words.length >= min && words.length <= max) return
  const what =
    words.length < min ? missing(command, words.length) : `“${words[max] ?? ''}” is too much`
  throw new UsageError(`${what}; usage: openclaw ${command.usage[0] ?? ''}`, {
    hint: helpLine(command),
  })
}

/** What the usage has in the places of the words that are not there. */
function missing({ usage: [usage = ''], words: { min } }: Command, found: number): string {
  const places = usage
    .replace(/\[[^\]]*\]/g, '')
    .split(' ')
    .filter((part) => /[<|]/.test(part))
  const names = places.slice(-min).slice(found)
  if (names.length === 0) return 'something is missing'
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} missing`
}

function helpLine(command: Command): string {
  const name = /^[a-z_]+(?: [a-z_]+)*(?= |$)/.exec(command.usage[0] ?? '')?.[0] ?? ''
  return `openclaw ${name} --help`
}
