import type { Finding, Rule, Workspace } from '../model.ts'

/** How a test asks for more rounds. */
const flag = /\bOPENCLAW_[A-Z_]*(?:ROUNDS|RUNS|OPERATIONS|SECONDS|SWEEP)\b/g

function flagsRead(workspace: Workspace): Map<string, string> {
  const found = new Map<string, string>()
  for (const pkg of workspace.packages.filter(({ folder }) => folder !== 'tooling/layers')) {
    for (const file of pkg.sources) {
      for (const [name] of file.text.matchAll(flag)) found.set(name, `${pkg.folder}/${file.path}`)
    }
  }
  return found
}

function unknownOrUnread(workspace: Workspace): Finding[] {
  const read = flagsRead(workspace)
  const unknown = [...read].filter(([name]) => !workspace.nightlyFlags.includes(name))
  const unread = workspace.nightlyFlags.filter((name) => !read.has(name))
  return [
    ...unknown.map(([name, where]) => ({
      where,
      what: `${name} is missing in tooling/nightly.json`,
    })),
    ...unread.map((name) => ({ where: 'tooling/nightly.json', what: `no test reads ${name}` })),
  ]
}

/** The table of long runs and the tests that read its flags agree. */
export const longRunsAreKnown: Rule = {
  name: 'every flag for longer runs stands in tooling/nightly.json, and is read',
  because: 'a long run that nobody starts is a test that never fails',
  check: unknownOrUnread,
}
