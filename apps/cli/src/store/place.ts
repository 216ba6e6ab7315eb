import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Call } from '../args/types.ts'
import { text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { pathsOf } from '../paths.ts'

/** A store as it was named. The address of a database is a secret: it holds the password. */
export type Place =
  | { readonly kind: 'files'; readonly root: string }
  | { readonly kind: 'postgres'; readonly url: string }

/** Ends of a move on the command line. */
export type PlaceOption = 'from' | 'to'

/** How a place is written, for helps. */
export const PLACE_WORDS =
  'a state directory; postgres://…; @file with such an address, or - for stdin, where nobody reads it'

/** The place that an option names; where it is not given, the store that is in use here. */
export async function placeOf(call: Call, option: PlaceOption): Promise<Place> {
  const named = text(call, option)
  return named === undefined ? configuredPlace(call) : readPlace(option, named)
}

/** The store that commands and the gateway use. */
export function configuredPlace(call: Call): Place {
  const url = call.world.env['OPENCLAW_STORE_URL']?.trim()
  if (url) return { kind: 'postgres', url }
  return { kind: 'files', root: pathsOf(call).stateDir }
}

async function readPlace(option: PlaceOption, named: string): Promise<Place> {
  if (isDatabase(named)) return { kind: 'postgres', url: named.trim() }
  if (named === '-') return asDatabase(option, await fromStdin())
  if (named.startsWith('@')) return asDatabase(option, await fromFile(option, named.slice(1)))
  // what may hold a password is not repeated
  if (named.includes('://')) throw noPlace(option)
  return { kind: 'files', root: resolve(named) }
}

function asDatabase(option: PlaceOption, read: string): Place {
  const url = read.trim()
  if (isDatabase(url) && !url.includes('\n')) return { kind: 'postgres', url }
  throw noPlace(option)
}

function isDatabase(named: string): boolean {
  return /^\s*postgres(?:ql)?:/i.test(named)
}

function noPlace(option: PlaceOption): UsageError {
  return new UsageError(`--${option} leads to no address that begins with postgres://`, {
    hint: `--${option} takes ${PLACE_WORDS}`,
  })
}

async function fromFile(option: PlaceOption, name: string): Promise<string> {
  try {
    return await readFile(resolve(name), 'utf8')
  } catch (cause) {
    throw new UsageError(`the file that --${option} names cannot be read`, {
      hint: 'it holds one line: postgres://user:password@host:5432/database',
      cause,
    })
  }
}

/** Longer than any address. */
const MAX_READ = 16_384

async function fromStdin(): Promise<string> {
  let read = ''
  for await (const part of process.stdin.setEncoding('utf8')) {
    read += String(part)
    if (read.length > MAX_READ) break
  }
  process.stdin.destroy()
  return read.slice(0, MAX_READ)
}
