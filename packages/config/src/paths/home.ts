import type { ConfigFiles, Environment } from '../ports.ts'

/** The value of a variable without surrounding blanks; `undefined` when nothing is left. */
export function variable(env: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== '')
}

/** `~` and `~/…` begin at `home`; `~user` is an ordinary name. */
export function expandHome(text: string, home: string): string {
  const isHome = text === '~' || text.startsWith('~/') || text.startsWith('~\\')
  return isHome ? home + text.slice(1) : text
}

/**
 * The home directory of an OpenClaw: `OPENCLAW_HOME`, `HOME`, `USERPROFILE`, the operating system's, the current
 * directory; the first that is not blank, made absolute.
 */
export function resolveHome(env: Environment, files: ConfigFiles): string {
  const user = variable(env, 'HOME', 'USERPROFILE') ?? files.osHome()
  const named = variable(env, 'OPENCLAW_HOME') ?? user ?? files.cwd
  return files.resolve(files.cwd, expandHome(named, user ?? files.cwd))
}

/** A path that a person wrote in a variable, made absolute. */
export function userPath(text: string, home: string, files: ConfigFiles): string {
  return files.resolve(files.cwd, expandHome(text, home))
}
