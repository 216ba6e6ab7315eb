import { isBuiltin } from 'node:module'
import type { Finding, Manifest, Package, Rule } from '../model.ts'
import { packageOf, type SourceFile } from '../source.ts'

/** What a file may import: `src` only what users will have installed, tests and configs everything declared. */
function available(manifest: Manifest, area: SourceFile['area']): Set<string> {
  const shipped = {
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  }
  const all = area === 'src' ? shipped : { ...shipped, ...manifest.devDependencies }
  return new Set([...Object.keys(all), manifest.name])
}

function undeclared(pkg: Package): Finding[] {
  return pkg.sources.flatMap((file) => {
    const known = available(pkg.manifest, file.area)
    return file.imports.flatMap(({ specifier, line }) => {
      const name = packageOf(specifier)
      if (name === undefined || known.has(name)) return []
      const where = `${pkg.folder}/${file.path}:${String(line)}`
      if (isBuiltin(name)) return [{ where, what: `'${name}' lacks the prefix node:` }]
      return [
        { where, what: `imports '${name}', which package.json does not declare for ${file.area}` },
      ]
    })
  })
}

/** Each import is declared where the importing file will find it. */
export const importsAreDeclared: Rule = {
  name: 'every import is declared',
  because:
    'a package that leans on what its neighbours installed breaks for whoever installs it alone',
  check: ({ packages }) => packages.flatMap(undeclared),
}

/** Binaries that come from a package of another name. */
const binaries: Readonly<Record<string, string>> = { typescript: 'tsc' }

function isUsed(pkg: Package, name: string, files: readonly SourceFile[]): boolean {
  if (files.some((file) => file.imports.some((each) => packageOf(each.specifier) === name)))
    return true
  if (pkg.tsconfigs.includes(`"${name}/`)) return true
  if (name === '@types/node') {
    return pkg.tsconfigs.includes('/node.json"') || pkg.tsconfigs.includes('"node"')
  }
  const typed = /^@types\/(.+)$/.exec(name)?.[1]
  if (typed !== undefined) return isUsed(pkg, typed, files)
  const command = binaries[name] ?? name
  const scripts = Object.values(pkg.manifest.scripts ?? {}).join(' && ')
  if (new RegExp(`(^|[\\s"'])${escaped(command)}($|[\\s"'])`).test(scripts)) return true
  return files.some((file) => file.area !== 'src' && spawns(file, command))
}

/** A test may start a program by its name: `spawn(…, ['--import', 'tsx'])`, `resolve('tsx')`. */
function spawns(file: SourceFile, name: string): boolean {
  return file.text.includes(`'${name}'`) || file.text.includes(`'${name}/`)
}

function escaped(text: string): string {
  return text.replaceAll(/[/.+*?^$()[\]{}|\\-]/g, String.raw`\$&`)
}

function unused(pkg: Package): Finding[] {
  const { dependencies = {}, optionalDependencies = {}, devDependencies = {} } = pkg.manifest
  const source = pkg.sources.filter((file) => file.area === 'src')
  const shipped = Object.keys({ ...dependencies, ...optionalDependencies })
  const where = `${pkg.folder}/package.json`
  return [
    ...shipped
      .filter(
        (name) => !isUsed({ ...pkg, tsconfigs: '' }, name, hasSource(pkg) ? source : pkg.sources),
      )
      .map((name) => ({ where, what: `dependency '${name}' is not used by src` })),
    ...Object.keys(devDependencies)
      .filter((name) => !isUsed(pkg, name, pkg.sources))
      .map((name) => ({ where, what: `devDependency '${name}' is not used` })),
  ]
}

function hasSource(pkg: Package): boolean {
  return pkg.sources.some((file) => file.area === 'src')
}

/** Each declared dependency is used. */
export const dependenciesAreUsed: Rule = {
  name: 'every declared dependency is used',
  because: 'an unused dependency is installed, audited and updated by every user for nothing',
  check: ({ packages }) => packages.flatMap(unused),
}
