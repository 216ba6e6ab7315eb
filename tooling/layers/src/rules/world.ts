import { posix } from 'node:path'
import type { Finding, Package, Rule } from '../model.ts'
import { type AstNode, lineAt, nameOf, type SourceFile, walk } from '../source.ts'

/** Where time, randomness and environment come from: the `./node` entry of a package and the files behind it. */
function fillsPorts(file: SourceFile): boolean {
  return /^src\/node(\.ts|\/|-[^/]+\.ts)/.test(file.path)
}

/** Packages without any platform, whatever their entries. */
const pure = new Set([
  'packages/contracts',
  'packages/pairing-code',
  'packages/authority',
  'packages/dm-pairing',
])

/** The files that importing `src/index.ts` loads. */
function loadedByIndex(pkg: Package): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (path: string) => {
    const file = pkg.sources.find((each) => each.path === path)
    if (file === undefined || found.has(path)) return
    found.add(path)
    for (const { specifier, lazy } of file.imports) {
      if (specifier.startsWith('.') && !lazy) visit(posix.join(posix.dirname(path), specifier))
    }
  }
  visit('src/index.ts')
  return found
}

function nodeImports(pkg: Package): Finding[] {
  if (!pkg.folder.startsWith('packages/')) return []
  const loaded = loadedByIndex(pkg)
  return pkg.sources
    .filter((file) => file.area === 'src' && (pure.has(pkg.folder) || loaded.has(file.path)))
    .flatMap((file) =>
      file.imports
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .map(({ specifier, line }) => ({
          where: `${pkg.folder}/${file.path}:${String(line)}`,
          what: `imports ${specifier}; take it as a port that another entry fills`,
        })),
    )
}

/** No `node:` module behind a main entry, and none at all in packages of pure rules. */
export const packagesHaveNoPlatform: Rule = {
  name: 'a package loads no node: module, but from an entry of its own such as ./node',
  because: 'rules that touch no platform run anywhere and are tested without mocks',
  check: ({ packages }) => packages.flatMap(nodeImports),
}

function member(node: AstNode, object: string, property?: string): boolean {
  if (node.type !== 'MemberExpression' || nameOf(node['object'])[0] !== object) return false
  return property === undefined || nameOf(node['property'])[0] === property
}

function ambient(node: AstNode): string | undefined {
  if (member(node, 'Date', 'now')) return 'Date.now'
  if (member(node, 'Math', 'random')) return 'Math.random'
  if (member(node, 'performance', 'now')) return 'performance.now'
  if (member(node, 'process', 'env')) return 'process.env'
  if (member(node, 'console')) return 'console'
  const now = node.type === 'NewExpression' && nameOf(node['callee'])[0] === 'Date'
  const given = node['arguments']
  return now && Array.isArray(given) && given.length === 0 ? 'new Date()' : undefined
}

/** Contract suites measure how long a real part takes. */
const measures = 'packages/testing'

function ambientIn(pkg: Package): Finding[] {
  if (!pkg.folder.startsWith('packages/')) return []
  return pkg.sources
    .filter((file) => file.area === 'src' && !fillsPorts(file))
    .flatMap((file) =>
      [...walk(file.program)].flatMap((node) => {
        const what = ambient(node)
        if (what === undefined) return []
        if (what === 'performance.now' && pkg.folder === measures) return []
        const where = `${pkg.folder}/${file.path}:${String(lineAt(file.text, node.start))}`
        return [{ where, what: `uses ${what}` }]
      }),
    )
}

/** Time, randomness, environment and output come in as ports. */
export const noAmbientWorld: Rule = {
  name: 'packages use no ambient world',
  because:
    'time, randomness, environment and output are arguments, so that a test or a host can hold them',
  check: ({ packages }) => packages.flatMap(ambientIn),
}
