// The packages that are published, and what they need of each other.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const parents = ['packages', 'packages/channels', 'apps']

/** @returns {{ name: string, folder: string, manifest: any, readme: string }[]} */
export function publishedPackages(root) {
  return parents
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(root, parent, name)))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readJson(join(folder, 'package.json')) }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest }) => ({
      folder,
      manifest,
      name: manifest.name,
      readme: readmeOf(folder),
    }))
}

/** The packages of ours that `pkg` needs at run time, itself left out. */
export function closure(pkg, all) {
  const found = new Map()
  const visit = ({ manifest }) => {
    const wanted = {
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    }
    for (const next of all.filter(({ name }) => name in wanted && !found.has(name))) {
      found.set(next.name, next)
      visit(next)
    }
  }
  visit(pkg)
  found.delete(pkg.name)
  return [...found.values()]
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function readmeOf(folder) {
  const path = join(folder, 'README.md')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
