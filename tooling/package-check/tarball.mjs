// What lies in a tarball: its manifest, its files, its source maps.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { readJson } from './workspace.mjs'

const needed = ['package.json', 'README.md', 'LICENSE']
const unwanted = /(^|\/)(src|test|node_modules)\/|\.tsbuildinfo$|\.test\.[jt]s$/
const tied = /"(workspace|catalog|link|file|portal):/

/**
 * @param {string} folder the unpacked tarball
 * @param {string} root the repository, whose path must not appear in what is published
 * @returns {string[]} problems, empty when all is well
 */
export function inspectTarball(folder, root) {
  const files = filesBelow(folder).map((path) => relative(folder, path).replaceAll('\\', '/'))
  const manifest = readJson(join(folder, 'package.json'))
  return [
    ...needed
      .filter((name) => !files.includes(name))
      .map((name) => `${name} is not in the tarball`),
    ...files.filter((path) => unwanted.test(path)).map((path) => `${path} does not belong in it`),
    ...manifestProblems(manifest, files),
    ...files.filter((path) => path.endsWith('.map')).flatMap((path) => mapProblems(folder, path)),
    ...files
      .filter((path) => readFileSync(join(folder, path), 'utf8').includes(root))
      .map((path) => `${path} names a path of this machine`),
  ]
}

function manifestProblems(manifest, files) {
  const targets = targetsOf(manifest.exports ?? {}).concat(Object.values(manifest.bin ?? {}))
  return [
    ...(tied.test(JSON.stringify(manifest.dependencies ?? {}))
      ? ['a dependency points into the workspace']
      : []),
    ...(tied.test(JSON.stringify(manifest.peerDependencies ?? {}))
      ? ['a peer points into the workspace']
      : []),
    ...(JSON.stringify(manifest.exports).includes('@openclaw-pairing/source')
      ? ['exports name the source condition']
      : []),
    ...targets
      .filter((target) => !files.includes(target.replace(/^\.\//, '')))
      .map((target) => `exports name ${target}, which is not in the tarball`),
  ]
}

function targetsOf(value) {
  return typeof value === 'string' ? [value] : Object.values(value).flatMap(targetsOf)
}

/** A map may name sources inside the package only, and must carry their text. */
function mapProblems(folder, path) {
  const map = readJson(join(folder, path))
  const base = resolve(folder, dirname(path), map.sourceRoot ?? '')
  const outside = map.sources.filter((source) =>
    relative(folder, resolve(base, source)).startsWith('..'),
  )
  const textless =
    map.sources.length > 0 && (map.sourcesContent ?? []).some((text) => typeof text !== 'string')
  return [
    ...outside.slice(0, 1).map((source) => `${path} points outside the package: ${source}`),
    ...(textless || map.sourcesContent === undefined
      ? [`${path} lacks the text of its sources`]
      : []),
  ]
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}
