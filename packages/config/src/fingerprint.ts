import type { ConfigFiles, FileFacts } from './ports.ts'
import type { Config } from './types.ts'

/** Facts of every file that a configuration depends on, the absent ones too. */
export function fingerprintOf(seen: ReadonlyMap<string, FileFacts | undefined>): string {
  const entries = [...seen].map(([path, facts]) => [path, mark(facts)] as const)
  return JSON.stringify(entries)
}

/** True while the files of a configuration are the ones it was read from. One `stat` for each; never throws. */
export function isCurrent(config: Pick<Config, 'fingerprint'>, files: ConfigFiles): boolean {
  const entries = JSON.parse(config.fingerprint) as readonly (readonly [string, string])[]
  return entries.every(([path, before]) => markNow(files, path) === before)
}

/** The first configuration file that `before` was read from and `after` was not, because it is not there any more. */
export function goneBetween(before: Read, after: Read): string | undefined {
  const [was, is] = [marksOf(before), marksOf(after)]
  const isThere = (mark: string | undefined): boolean => mark !== undefined && mark !== ABSENT
  return [before.paths.configPath, before.paths.pairingConfigPath].find(
    (path) => isThere(was.get(path)) && !isThere(is.get(path)),
  )
}

type Read = Pick<Config, 'fingerprint' | 'paths'>

function marksOf({ fingerprint }: Read): ReadonlyMap<string, string> {
  return new Map(JSON.parse(fingerprint) as readonly (readonly [string, string])[])
}

const ABSENT = 'absent'

function markNow(files: ConfigFiles, path: string): string {
  try {
    return mark(files.stat(path))
  } catch {
    return 'unreadable'
  }
}

function mark(facts: FileFacts | undefined): string {
  if (facts === undefined) return ABSENT
  return [facts.kind, facts.identity, facts.size, facts.mtimeMs, facts.mode].join(' ')
}
