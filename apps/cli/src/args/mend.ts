import type { Mend } from '../errors.ts'

/** Puts `right`, a word or more, where `wrong` first stands; that may be one side of an option `--name=value`. */
export function swap(wrong: string, right: string): Mend {
  return (args) => {
    const at = args.findIndex((arg) => arg === wrong || sidesOf(arg).includes(wrong))
    if (at === -1) return undefined
    const arg = args[at] ?? ''
    const sides = sidesOf(arg).map((side) => (side === wrong ? right : side))
    const words = arg === wrong ? right.split(' ') : [sides.join('=')]
    return [...args.slice(0, at), ...words, ...args.slice(at + 1)]
  }
}

function sidesOf(arg: string): readonly string[] {
  const at = arg.startsWith('--') ? arg.indexOf('=') : -1
  return at === -1 ? [] : [arg.slice(0, at), arg.slice(at + 1)]
}

/** Leaves a word out. */
export function without(word: string): Mend {
  return (args) => args.filter((arg) => arg !== word)
}

/** Puts `--profile` with its name, or `--dev`, before the sub-command. */
export function toFront(option: string): Mend {
  return (args) => {
    const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`))
    const hasOwnWord = option === '--profile' && args[at] === option
    const taken = args.slice(at, at + (hasOwnWord ? 2 : 1))
    if (at === -1 || (hasOwnWord && taken.length < 2)) return undefined
    return [...taken, ...args.slice(0, at), ...args.slice(at + taken.length)]
  }
}
