import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** What is started: no shell reads any of it. */
export interface ChildCommand {
  /** A path, or a name that is looked for in the `PATH` of `env`. */
  readonly file: string
  readonly args: readonly string[]
  /** All that it gets. */
  readonly env: Record<string, string>
}

/** The names of environments, and what they hold. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where Homebrew puts programs, which services do not have in their path. */
const HOMEBREW = ['/opt/homebrew/bin', '/usr/local/bin']

/** Of the environment these names and the path, with the folders of Homebrew behind it: no secret of the gateway's. */
export function childEnvironment(
  env: Environment,
  names: readonly string[],
): Record<string, string> {
  const kept = names.flatMap((name) => {
    const value = env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const path = [env['PATH'], ...HOMEBREW].filter(Boolean).join(delimiter)
  return { ...Object.fromEntries(kept), PATH: path }
}

/** A path with `~/` in front, in the home directory. */
export function inHome(
  path: string,
  { HOME: home }: Environment & { readonly HOME?: string | undefined },
): string {
  return path.startsWith('~/') && home !== undefined ? `${home}${path.slice(1)}` : path
}

/** Where the program that would be started is; `undefined`: nowhere. A look: nothing is run. */
export async function findExecutable(
  file: string,
  { PATH: path = '' }: Readonly<Record<'PATH', string>> | Record<string, string>,
): Promise<string | undefined> {
  const places = file.includes('/') ? [file] : path.split(delimiter).map((at) => join(at, file))
  for (const place of places) if (await isExecutable(place)) return place
  return undefined
}

async function isExecutable(place: string): Promise<boolean> {
  try {
    await access(place, constants.X_OK)
    return (await stat(place)).isFile()
  } catch {
    return false
  }
}
