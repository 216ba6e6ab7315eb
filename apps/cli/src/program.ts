import { delimiter, dirname, sep } from 'node:path'

/** What {@link programName} looks at. */
export interface ProgramFacts {
  /** `process.argv[1]`. */
  readonly script: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly exists: (path: string) => boolean
}

/** How to call this program again from the same place; printed in every hint. */
export function programName(facts: ProgramFacts): string {
  const { script, env } = facts
  const folder = dirname(script)
  if (env['npm_command'] === 'exec') return 'npx openclaw'
  const isLocal = folder.endsWith(LOCAL_BIN)
  if (!isLocal && baseName(script) === 'openclaw' && isOnPath(folder, env['PATH']))
    return 'openclaw'
  const root = isLocal ? folder.slice(0, -LOCAL_BIN.length) : workspaceOf(folder, facts)
  if (root !== undefined) return isWithin(facts.cwd, root) ? 'npx openclaw' : byPath(script)
  return script.includes(`${sep}node_modules${sep}`) ? 'openclaw' : byPath(script)
}

const LOCAL_BIN = `${sep}node_modules${sep}.bin`
const LEVELS = 6

/** The workspace that the program lies in: this repository, or one that installed it. */
function workspaceOf(folder: string, { exists }: ProgramFacts): string | undefined {
  let at = folder
  for (let level = 0; level < LEVELS; level += 1) {
    if (exists(`${at}${sep}pnpm-workspace.yaml`)) return at
    at = dirname(at)
  }
  return undefined
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root + sep)
}

function isOnPath(folder: string, path: string | undefined): boolean {
  return (path ?? '').split(delimiter).includes(folder)
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf(sep) + 1)
}

function byPath(script: string): string {
  return `node ${shellWord(script)}`
}

/** `text` as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** `text` as a word of a command line of ours, where one that begins with `-` would be taken for an option. */
export function argumentWord(text: string): string {
  return text.startsWith('-') ? `-- ${shellWord(text)}` : shellWord(text)
}
