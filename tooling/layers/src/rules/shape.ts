import { type Finding, isPublished, type Package, type Rule } from '../model.ts'

const SOURCE_CONDITION = '@openclaw-pairing/source'

const sections = ['Install', 'Example', 'Exports', 'Errors', 'Limits', 'It does not'] as const

/** Apps are started, not imported; their README explains use instead of exports. */
const appSections = ['Install', 'Example'] as const

function published({ packages }: { readonly packages: readonly Package[] }): Package[] {
  return packages.filter(isPublished)
}

/** What every manifest says alike. */
const shared: readonly (readonly [string, (pkg: Package) => boolean])[] = [
  ['license must be MIT', ({ manifest }) => manifest.license === 'MIT'],
  ['type must be module', ({ manifest }) => manifest.type === 'module'],
  ['engines.node must be >=20.19', ({ manifest }) => manifest.engines?.['node'] === '>=20.19'],
  ['sideEffects must be false', ({ manifest }) => manifest.sideEffects === false],
  ['publishConfig.access must be public', (pkg) => pkg.manifest.publishConfig?.access === 'public'],
  ['files must hold dist, README.md and CHANGELOG.md', hasFiles],
  ['description must be set', ({ manifest }) => (manifest.description ?? '') !== ''],
]

function hasFiles({ manifest }: Package): boolean {
  return ['dist', 'README.md', 'CHANGELOG.md'].every((name) => manifest.files?.includes(name))
}

/** Every published manifest has the same fields. */
export const manifestsAreAlike: Rule = {
  name: 'published manifests agree on license, module type, engines, files and access',
  because: 'a package that forgets one of them installs, but is unusable, unlicensed or private',
  check: (workspace) =>
    published(workspace).flatMap((pkg) =>
      shared
        .filter(([, holds]) => !holds(pkg))
        .map(([what]): Finding => ({ where: `${pkg.folder}/package.json`, what })),
    ),
}

/** The exports of the checkout without the condition that points at source. */
function withoutSource(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => key !== SOURCE_CONDITION)
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutSource(inner)]))
}

/** What is published differs from the checkout by the source condition alone. */
export const publishedExportsMatch: Rule = {
  name: 'publishConfig.exports is exports without the source condition',
  because:
    'the source condition must not reach users, and an entry added in one place works only here',
  check: (workspace) =>
    published(workspace)
      .filter(({ manifest }) => {
        const wanted = JSON.stringify(withoutSource(manifest.exports))
        return JSON.stringify(manifest.publishConfig?.exports) !== wanted
      })
      .map(({ folder }) => ({
        where: `${folder}/package.json`,
        what: 'exports and publishConfig.exports differ by more than the source condition',
      })),
}

/** Every published package has the scripts that turbo runs. */
export const scriptsAreAlike: Rule = {
  name: 'published packages have the scripts build and typecheck',
  because:
    'turbo silently skips a package that lacks the script, and then nothing builds or checks it',
  check: (workspace) =>
    published(workspace).flatMap(({ folder, manifest }) =>
      ['build', 'typecheck']
        .filter((name) => manifest.scripts?.[name] === undefined)
        .map((name) => ({ where: `${folder}/package.json`, what: `script '${name}' is missing` })),
    ),
}

/** The first paragraph of the package comment in `src/index.ts`. */
function packageComment(pkg: Package): string | undefined {
  const index = pkg.sources.find(
    (file) => file.path === 'src/index.ts' || file.path === 'src/main.ts',
  )
  const comment = index?.comments.find(({ value }) => value.includes('@packageDocumentation'))
  return comment === undefined
    ? undefined
    : firstParagraph(comment.value.replaceAll(/^\s*\*+ ?/gm, ''))
}

function firstParagraph(text: string): string {
  const body = text.replace(/^\s*#[^\n]*\n/, '').trim()
  return (body.split(/\n\s*\n/)[0] ?? '').replaceAll(/\s+/g, ' ').trim()
}

function readmeProblems(pkg: Package): string[] {
  if (pkg.readme === undefined) return ['README.md is missing']
  const readme = pkg.readme
  const comment = packageComment(pkg)
  const wanted = pkg.folder.startsWith('apps/') ? appSections : sections
  return [
    ...(readme.startsWith(`# ${pkg.name}\n`) ? [] : [`must start with "# ${pkg.name}"`]),
    ...(comment === undefined ? ['src/index.ts has no comment with @packageDocumentation'] : []),
    ...(comment === undefined || firstParagraph(readme) === comment
      ? []
      : [`first paragraph must be the package comment: "${comment}"`]),
    ...wanted
      .filter((name) => !readme.includes(`\n## ${name}\n`))
      .map((name) => `section "## ${name}" is missing`),
  ]
}

/** Every published package explains itself, in the same order and words as its source. */
export const readmesAreComplete: Rule = {
  name: 'every published package has a README that repeats its package comment',
  because: 'the registry page, the editor and the source must say the same, or one of them lies',
  check: (workspace) =>
    published(workspace).flatMap((pkg) =>
      readmeProblems(pkg).map((what) => ({ where: `${pkg.folder}/README.md`, what })),
    ),
}

/** The files that every channel has. */
const adapterFiles = [
  'src/index.ts',
  'src/definition.ts',
  'src/classify.ts',
  'src/errors.ts',
  'src/limits.ts',
  'test/contract.test.ts',
  'test/readme.test.ts',
] as const

/** All adapters are cut alike. */
export const adaptersAreCutAlike: Rule = {
  name: 'every channel has the same named files',
  because: 'whoever knows one adapter knows all; a new one is written by filling in the same names',
  check: ({ packages }) =>
    packages
      .filter(({ folder }) => folder.startsWith('packages/channels/'))
      .flatMap((pkg) =>
        adapterFiles
          .filter((path) => !pkg.sources.some((file) => file.path === path))
          .map((path) => ({ where: pkg.folder, what: `${path} is missing` })),
      ),
}
