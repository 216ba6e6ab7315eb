// An empty project that installs one tarball, as a user would, and uses it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from './run.mjs'

const tsx = import.meta.resolve('tsx')
const EXAMPLE_TIMEOUT_MS = 30_000

/** Installs `pkg` from its tarball, with the tarballs of ours that it needs instead of a registry's. */
export async function install(folder, pkg, needs) {
  mkdirSync(folder, { recursive: true })
  const manifest = {
    name: 'empty-project',
    private: true,
    type: 'module',
    dependencies: { [pkg.name]: pathToFileURL(pkg.tarball).href },
    overrides: Object.fromEntries(
      needs.map(({ name, tarball }) => [name, pathToFileURL(tarball).href]),
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

/** The first `ts` block of a README; a fence `ts no-run` is checked for its types only. */
export function exampleOf(readme) {
  const found = /^```ts( no-run)?\n([\s\S]*?)^```/m.exec(readme)
  return found === null ? undefined : { runs: found[1] === undefined, text: found[2] }
}

/** Checks the example with the types that were installed. */
export async function checkTypes(folder, example, root) {
  writeFileSync(join(folder, 'example.ts'), example.text)
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
    },
    files: ['example.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return run(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: folder })
}

/** Runs the example with an empty home and state directory of its own. */
export function runExample(folder) {
  const env = { HOME: folder, OPENCLAW_STATE_DIR: join(folder, 'state'), NO_COLOR: '1' }
  const args = ['--import', tsx, 'example.ts']
  return run(process.execPath, args, { cwd: folder, env, timeoutMs: EXAMPLE_TIMEOUT_MS })
}
