import type { Finding, Rule, Workspace } from '../model.ts'

/** The first cells of the table below "## Dependencies": names, separated by commas. */
function named(architecture: string): string[] {
  const [, section = ''] = architecture.split(/^## Dependencies.*$/m)
  const rows = section.split(/^## /m)[0]?.matchAll(/^\| ([^|]+) \|/gm) ?? []
  return [...rows]
    .flatMap(([, cell = '']) => cell.split(',').map((name) => name.trim()))
    .filter((name) => name !== 'what' && !name.startsWith('-'))
}

function installed({ packages, rootDependencies }: Workspace): Set<string> {
  const manifests = packages.map(({ manifest }) => manifest)
  const all = manifests.flatMap(({ dependencies, devDependencies, peerDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
  )
  const foreign = [...all, ...rootDependencies].filter(
    (name) => !/^@(openclaw|openclaw-pairing|types)\//.test(name),
  )
  return new Set(foreign)
}

function differences(workspace: Workspace): Finding[] {
  const where = 'ARCHITECTURE.md, Dependencies'
  const reasons = named(workspace.architecture)
  const present = installed(workspace)
  return [
    ...[...present]
      .filter((name) => !reasons.includes(name))
      .map((name) => ({ where, what: `'${name}' has no line that says why it is worth having` })),
    ...reasons
      .filter((name) => !present.has(name))
      .map((name) => ({ where, what: `'${name}' is not installed by any package` })),
  ]
}

/** Each foreign package has its reason. */
export const dependenciesHaveReasons: Rule = {
  name: 'every foreign package has its reason in ARCHITECTURE.md',
  because:
    'each one is code that users run and nobody here wrote; if no reason comes to mind, it is not needed',
  check: differences,
}

/** Links of the documents lead somewhere. */
export const linksLeadSomewhere: Rule = {
  name: 'every link between the documents leads somewhere',
  because: 'a reader who follows a dead link stops reading',
  check: ({ deadLinks }) => deadLinks,
}
