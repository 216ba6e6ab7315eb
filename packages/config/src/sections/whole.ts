import { variable } from '../paths/home.ts'
import { CONFIG_PATH } from '../paths/profile.ts'
import type { Environment, FileFacts } from '../ports.ts'
import { warnSlips, warnUnknownKeys } from '../read/keys.ts'
import { below, type Node } from '../read/node.ts'
import { type Layer, OWN_SECTIONS } from '../read/tree.ts'

/** Warns of sections that look like a slip, and of any unknown one in `pairing.json5`, which is only ours. */
export function warnAboutKeys(
  root: Node,
  { layers, pairingFile }: { readonly layers: readonly Layer[]; readonly pairingFile: string },
): void {
  warnSlips(root, OWN_SECTIONS)
  const commands = below(root, 'commands')
  warnSlips(commands, ['ownerAllowFrom'], ['allowFrom'])
  const own = layers.find(({ file, at }) => file === pairingFile && at.length === 0)
  if (own !== undefined)
    warnUnknownKeys({ ...root, value: own.json }, [...OWN_SECTIONS, '$include'])
}

/** Warns of configuration files that others may change, and of one that was named and is not there. */
export function warnAboutFiles(
  root: Node,
  from: {
    readonly seen: ReadonlyMap<string, FileFacts | undefined>
    readonly configPath: string
    /** Before a profile added to it. */
    readonly given: Environment
  },
): void {
  for (const [file, facts] of from.seen)
    if (facts !== undefined && (facts.mode & 0o022) !== 0)
      root.report.elsewhere({
        severity: 'warning',
        file,
        path: '',
        problem: 'others on this machine may change this file, and so decide who is let in',
        fix: `chmod 600 ${file}`,
      })
  const named = variable(from.given, ...CONFIG_PATH) !== undefined
  if (named && from.seen.get(from.configPath) === undefined)
    root.report.elsewhere({
      severity: 'warning',
      file: from.configPath,
      path: '',
      problem: `is named by ${CONFIG_PATH[0]} and is not there; the defaults hold`,
      fix: 'Correct the name, or create the file.',
    })
}
