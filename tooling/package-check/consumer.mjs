// An empty project that installs one tarball, as a user would, and uses it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { platforms } from './platforms.mjs'
import { run } from './run.mjs'

const tsx = import.meta.resolve('tsx')
const EXAMPLE_TIMEOUT_MS = 30_000

/** What the README tells people to install; the package itself where it tells nothing. */
export function installed(pkg) {
  const words = /^npm install (.+)$/m.exec(pkg.readme)?.[1]?.split(/\s+/) ?? []
  return [...new Set([pkg.name, ...words.filter((word) => !word.startsWith('-'))])]
}

/** Installs as the README says, with the tarballs of ours, and of what they need, instead of a registry's. */
export async function install(folder, pkg, ours) {
  mkdirSync(folder, { recursive: true })
  const tarballs = new Map(ours.map(({ name, tarball }) => [name, pathToFileURL(tarball).href]))
  const { devDependencies, dependencies, peerDependencies } = pkg.manifest
  const tested = { ...peerDependencies, ...dependencies, ...devDependencies }
  const named = installed(pkg).map((name) => [name, tarballs.get(name) ?? tested[name] ?? '*'])
  const manifest = {
    name: 'empty-project',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(named),
    overrides: Object.fromEntries(
      [...tarballs].filter(([name]) => !named.some(([each]) => each === name)),
    ),
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  const quiet = [
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--prefer-offline',
    '--loglevel=error',
  ]
  return run('npm', ['install', ...quiet], { cwd: folder })
}

/** Imports each entry; a command is asked for its help instead. */
export async function importAll(folder, pkg) {
  const commands = Object.entries(pkg.manifest.bin ?? {})
  const started = new Set(commands.map(([, target]) => target))
  for (const [command] of commands) {
    const result = await run(join(folder, 'node_modules/.bin', command), ['--help'], {
      cwd: folder,
    })
    if (!result.ok) return result
  }
  const entries = Object.entries(pkg.manifest.exports)
    .filter(([path, target]) => path !== './package.json' && !started.has(target.default))
    .map(([path]) => pkg.name + path.slice(1))
  const text = entries.map((entry) =>
    `
    const found = Object.keys(await import('${entry}'))
    console.log('${entry}: ' + found.length + ' values')`.replaceAll(
      'found',
      `found${entries.indexOf(entry)}`,
    ),
  )
  return run(process.execPath, ['--input-type=module', '-e', text.join('\n')], { cwd: folder })
}

/**
 * The first `ts` block of a README. One that is fenced `ts no-run`, or imports files that the reader has to write, is
 * checked for its types only.
 */
export function exampleOf(readme) {
  const found = /^```ts( no-run)?\n([\s\S]*?)^```/m.exec(readme)
  if (found === null) return undefined
  const own = [...found[2].matchAll(/^import \{ ([^}]+) \} from '\.\/([^']+)'/gm)]
  const files = own.map(([, names, file]) => ({
    file,
    names: names.split(',').map((name) => name.trim()),
  }))
  return { runs: found[1] === undefined && files.length === 0, text: found[2], files }
}

/** Checks the example with the types that were installed. */
export async function checkTypes(folder, example, root) {
  writeFileSync(join(folder, 'example.ts'), example.text)
  for (const { file, names } of example.files) {
    const text = names.map((name) => `export const ${name}: any = undefined`).join('\n')
    writeFileSync(join(folder, file), text)
  }
  const config = {
    compilerOptions: {
      strict: true,
      noEmit: true,
      target: 'ES2022',
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      skipLibCheck: true,
      allowImportingTsExtensions: true,
    },
    files: ['example.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return run(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: folder })
}

/** Runs the example with an empty home and state directory of its own. */
export function runExample(folder, { text }) {
  const [, platform] = Object.entries(platforms).find(([name]) => text.includes(name)) ?? []
  if (platform !== undefined) return runBot(folder, platform)
  const args = ['--import', tsx, 'example.ts']
  return run(process.execPath, args, {
    cwd: folder,
    env: homeIn(folder),
    timeoutMs: EXAMPLE_TIMEOUT_MS,
  })
}

/** A bot runs until it is stopped: it must answer somebody, and end cleanly when told to. */
async function runBot(folder, platform) {
  const { emulator, env: given, say } = await platform()
  const env = { ...homeIn(folder), ...given }
  const stop = new AbortController()
  const args = ['--import', tsx, 'example.ts']
  const options = { cwd: folder, env, timeoutMs: EXAMPLE_TIMEOUT_MS, signal: stop.signal }
  const ended = run(process.execPath, args, options)
  say()
  const answered = await Promise.race([
    ended.then(() => false),
    until(() => emulator.sent.length > 0),
  ])
  stop.abort()
  const result = await ended
  await emulator.close()
  return answered
    ? result
    : { ...result, ok: false, output: `nobody was answered\n${result.output}` }
}

async function until(holds) {
  for (let tries = 0; tries < EXAMPLE_TIMEOUT_MS / 50; tries += 1) {
    if (holds()) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

function homeIn(folder) {
  return { HOME: folder, OPENCLAW_STATE_DIR: join(folder, 'state'), NO_COLOR: '1' }
}
