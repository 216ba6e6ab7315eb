// `npm run packages`: builds, packs and uses every published package the way its users will.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import {
  checkTypes,
  exampleOf,
  importAll,
  install,
  installed,
  runExample,
} from './package-check/consumer.mjs'
import { inParallel, run } from './package-check/run.mjs'
import { inspectTarball } from './package-check/tarball.mjs'
import { closure, publishedPackages, readJson } from './package-check/workspace.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = (name) => join(root, 'node_modules/.bin', name)
const work = realpathSync(mkdtempSync(join(tmpdir(), 'openclaw-packages-')))
const WIDTH = 2

const good = (note = 'ok') => ({ ok: true, note, detail: '' })
const bad = (detail) => ({ ok: false, note: 'FAILED', detail })
const from = ({ ok, output }, note) => (ok ? good(note) : bad(output))

async function pack(pkg) {
  const folder = join(work, 'packed', pkg.name.replace(/[@/]/g, '_'))
  mkdirSync(folder, { recursive: true })
  const result = await run(bin('pnpm'), ['pack', '--json', '--pack-destination', folder], {
    cwd: pkg.folder,
  })
  if (!result.ok) return { ...pkg, packed: bad(result.output) }
  const tarball = JSON.parse(result.stdout.slice(result.stdout.indexOf('{'))).filename
  await run('tar', ['xzf', tarball], { cwd: folder })
  const unpacked = join(folder, 'package')
  const problems = inspectTarball(unpacked, root)
  const size = `${Math.ceil(statSync(tarball).size / 1024)} kB`
  return {
    ...pkg,
    tarball,
    manifest: readJson(join(unpacked, 'package.json')),
    packed: problems.length === 0 ? good(size) : bad(problems.join('\n')),
  }
}

async function lint({ tarball, manifest }) {
  const bytes = readFileSync(tarball)
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const { messages } = await publint({ pack: { tarball: data }, strict: true })
  const texts = messages.map(
    (message) => `${message.type}: ${formatMessage(message, manifest, { color: false })}`,
  )
  return texts.length === 0 ? good() : bad(texts.join('\n'))
}

async function types({ tarball }) {
  const args = [
    tarball,
    '--profile',
    'esm-only',
    '--no-definitely-typed',
    '--format',
    'ascii',
    '--no-emoji',
    '--no-color',
  ]
  return from(await run(bin('attw'), args, { cwd: work }))
}

/** The package, what its README installs beside it, and what all of them need of ours. */
function neededBy(pkg, all) {
  const roots = all.filter(({ name }) => installed(pkg).includes(name))
  const names = new Set(
    roots.flatMap((root) => [root, ...closure(root, all)]).map(({ name }) => name),
  )
  return all.filter(({ name }) => names.has(name))
}

/** The steps of one package after packing; each only when what it needs went well. */
async function use(pkg, all) {
  const missing = { ok: true, note: '-', detail: '' }
  const result = {
    packed: pkg.packed,
    publint: missing,
    attw: missing,
    install: missing,
    import: missing,
    types: missing,
    example: missing,
  }
  if (pkg.tarball === undefined) return result
  result.publint = await lint(pkg)
  result.attw = await types(pkg)
  const folder = join(work, 'projects', pkg.name.replace(/[@/]/g, '_'))
  result.install = from(await install(folder, pkg, neededBy(pkg, all)))
  if (!result.install.ok) return result
  result.import = from(await importAll(folder, pkg))
  const example = exampleOf(pkg.readme)
  if (example === undefined) {
    result.example = pkg.manifest.bin === undefined ? bad('README.md has no ts block') : missing
    return result
  }
  result.types = from(await checkTypes(folder, example, root))
  result.example = example.runs
    ? from(await runExample(folder, example), 'ran')
    : good('types only')
  return result
}

function print(rows) {
  const columns = ['package', ...Object.keys(rows[0].result)]
  const cells = rows.map(({ pkg, result }) => [
    pkg.name,
    ...Object.values(result).map(({ note }) => note),
  ])
  const widths = columns.map((name, at) =>
    Math.max(name.length, ...cells.map((row) => row[at].length)),
  )
  const line = (row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd()
  console.log(
    [line(columns), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n'),
  )
}

async function build() {
  const { ok, output } = await run('npm', ['run', 'build'], { cwd: root, timeoutMs: 600_000 })
  if (!ok) throw new Error(`npm run build failed\n${output}`)
}

async function main() {
  const only = process.argv.slice(2).filter((arg) => !arg.startsWith('-'))
  if (!process.argv.includes('--no-build')) await build()
  const packed = await inParallel(publishedPackages(root), WIDTH, pack)
  const chosen = packed.filter(({ name }) => only.length === 0 || only.includes(name))
  const rows = await inParallel(chosen, WIDTH, async (pkg) => ({
    pkg,
    result: await use(pkg, packed),
  }))
  print(rows)
  const failed = rows.flatMap(({ pkg, result }) =>
    Object.entries(result)
      .filter(([, { ok }]) => !ok)
      .map(
        ([step, { detail }]) => `\n${pkg.name}: ${step} failed\n${detail.replaceAll(/^/gm, '  ')}`,
      ),
  )
  console.log(
    failed.length === 0 ? `\n${rows.length} packages pack, install and run.` : failed.join('\n'),
  )
  return failed.length === 0 && rows.length > 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true })
}
