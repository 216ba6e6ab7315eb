import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type ConfigProblem, requireValid, type StoreConfig } from '@openclaw/pairing-config'
import type { Call } from '../args/types.ts'
import { text } from '../args/values.ts'
import { readConfig } from '../config.ts'
import { UsageError } from '../errors.ts'
import { assertSameStore } from '../people/same-store.ts'

/** A store as it was named. The address of a database is a secret: it holds the password. */
export type Place =
  | { readonly kind: 'files'; readonly root: string }
  | Extract<StoreConfig, { readonly kind: 'postgres' }>

/** Ends of a move on the command line. */
export type PlaceOption = 'from' | 'to'

/** How a place is written, for helps. */
export const PLACE_WORDS =
  'a state directory; postgres://…; @file with such an address, or - for stdin, where nobody reads it'

/** The place that an option names; where it is not given, the store that is in use here. */
export async function placeOf(call: Call, option: PlaceOption): Promise<Place> {
  const named = text(call, option)
  if (named === undefined) return configuredPlace(call)
  if (isDatabase(named)) return databasePlace(call, option, named.trim())
  if (named === '-') return databasePlace(call, option, (await fromStdin()).trim())
  if (named.startsWith('@')) {
    return databasePlace(call, option, (await fromFile(option, named.slice(1))).trim())
  }
  // what may hold a password is not repeated
  if (named.includes('://')) throw noPlace(option)
  return { kind: 'files', root: resolve(named) }
}

/** The store that commands and the gateway use. */
async function configuredPlace(call: Call): Promise<Place> {
  await assertSameStore(call)
  const { store, paths, problems } = await readConfig(call)
  if (store.kind === 'files') return { kind: 'files', root: paths.stateDir }
  if (store.kind === 'postgres') return store
  requireValid({ problems: problems.filter(isAboutStore) })
  throw new TypeError('the configuration has an error that it does not name')
}

function isAboutStore({ path }: ConfigProblem): boolean {
  return /^(?:store(?:\.|$)|OPENCLAW_STORE_URL$)/.test(path)
}

/** A database as the configuration would use it: in the schema of the profile, or that which is configured. */
async function databasePlace(call: Call, option: PlaceOption, url: string): Promise<Place> {
  const env = { ...call.world.env, OPENCLAW_STORE_URL: url }
  const { store, problems } = await readConfig({ ...call, world: { ...call.world, env } })
  requireValid({ problems: problems.filter(({ path }) => path === 'store.schema') })
  if (!isDatabase(url) || store.kind !== 'postgres') throw noPlace(option)
  return store
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
