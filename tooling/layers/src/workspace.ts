import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Finding, Manifest, Package, Workspace } from './model.ts'
import { parseSource, type SourceFile } from './source.ts'

const parents = ['packages', 'packages/channels', 'apps', 'tooling', 'examples']
/** Names with a dot in front are skipped as well: caches, and what tests leave while they run. */
const skipped = new Set(['node_modules', 'dist', 'coverage', 'results'])

/**
 * Reads every package below `root`.
 *
 * @throws Error when a manifest or source cannot be read or parsed
 */
export function readWorkspace(root: string): Workspace {
  const folders = parents.flatMap((parent) =>
    namesIn(join(root, parent)).map((name) => `${parent}/${name}`),
  )
  const withManifest = folders.filter((folder) => existsSync(join(root, folder, 'package.json')))
  const nightly = json(join(root, 'tooling/nightly.json')) as readonly { readonly flag: string }[]
  return {
    packages: withManifest.map((folder) => readPackage(root, folder)),
    nightlyFlags: nightly.map(({ flag }) => flag),
    deadLinks: deadLinks(root, withManifest),
    architecture: readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'),
    rootDependencies: Object.keys(
      (json(join(root, 'package.json')) as Manifest).devDependencies ?? {},
    ),
  }
}

/** Relative links only; the world outside changes without us. */
function deadLinks(root: string, folders: readonly string[]): Finding[] {
  const texts = ['.', ...folders].flatMap((folder) =>
    namesIn(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  )
  return texts.flatMap((path) => {
    const links = readFileSync(join(root, path), 'utf8').matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)
    return [...links]
      .filter(([, target = '']) => !existsSync(join(root, dirname(path), target)))
      .map(([, target = '']) => ({ where: path, what: `links to ${target}, which is not there` }))
  })
}

function readPackage(root: string, folder: string): Package {
  const path = (name: string) => join(root, folder, name)
  const manifest = json(path('package.json')) as Manifest
  const turbo = existsSync(path('turbo.json'))
    ? (json(path('turbo.json')) as { tags?: readonly string[] })
    : {}
  const configs = namesIn(path('.')).filter((name) => /^tsconfig.*\.json$/.test(name))
  return {
    name: manifest.name,
    folder,
    manifest,
    tags: turbo.tags ?? [],
    readme: existsSync(path('README.md')) ? readFileSync(path('README.md'), 'utf8') : undefined,
    changelog: existsSync(path('CHANGELOG.md')),
    licenseFile: existsSync(path('LICENSE')),
    tsconfigs: configs.map((name) => readFileSync(path(name), 'utf8')).join('\n'),
    sources: readSources(path('.')),
  }
}

function readSources(folder: string): SourceFile[] {
  return filesBelow(folder, '')
    .filter((path) => /\.(m?ts|mjs)$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => parseSource(path, readFileSync(join(folder, path), 'utf8')))
}

function filesBelow(root: string, below: string): string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name) || entry.name.startsWith('.')) return []
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    return entry.isDirectory() ? filesBelow(root, path) : [path]
  })
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
