// Bundles the command: `node build.mjs [folder]`, into `dist` unless told otherwise.
//
// - `cli.cjs`: every command but the gateway in one file, as a function. CommonJS, because Node starts it faster than modules.
// - `pairing-list.cjs`, `devices-list.cjs`: the same with one command, for what scripts ask again and again: to read what
//   V8 made of all the others would cost a list more than its work.
// - `*.cjs.cache`: what V8 made of them, for this version of Node; `main.cjs` goes without where it does not fit.
// - `main.cjs`: the command itself; loads the others.
// - `gateway.cjs`, `client.cjs`, `qr.cjs`, `store.cjs`, `whatsapp.cjs`, `certify.cjs`: the gateway, what asks a running one,
//   what draws a setup code, what moves a store, what links WhatsApp, and what makes a certificate; loaded when they are used.
// - `database.cjs`: what opens a state in a database; loaded where the configuration names one.
// - `people-page.cjs`, `devices-page.cjs`, `json5.cjs`: print a list for a person, read a configuration that is no plain
//   JSON; for the lists.
import { spawnSync } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nativeAbort } from '@openclaw-pairing/tsup-config'
import { build } from 'tsup'

const app = dirname(fileURLToPath(import.meta.url))
const outDir = resolve(process.argv[2] ?? join(app, 'dist'))
const newDir = `${outDir}.${process.pid}.new`
const oldDir = `${outDir}.${process.pid}.old`

const common = {
  config: false,
  outDir: newDir,
  target: 'node20',
  platform: 'node',
  dts: false,
  minify: true,
  clean: false,
  silent: true,
  noExternal: [/.*/],
  format: 'cjs',
  splitting: false,
  outExtension: () => ({ js: '.cjs' }),
  // Modules ask for their own place; CommonJS knows it otherwise.
  banner: {
    js: "const __own = { get url() { return require('node:url').pathToFileURL(__filename).href } };",
  },
  // So that `node:crypto` is seen below.
  removeNodeProtocol: false,
}

const fromSource = (options) => {
  // From source, so that this needs no build of the other packages.
  options.conditions = ['@openclaw-pairing/source', ...(options.conditions ?? [])]
  options.define = { ...options.define, 'import.meta.url': '__own.url' }
  options.legalComments = 'external'
}

/** The gateway, and the client that asks a running one, stay files of their own, next to the bundle. */
const appsApart = {
  name: 'apps-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/(gateway|client|qr|store|whatsapp)-app\.ts$/ }, ({ path }) => ({
      path: `./${/(\w+)-app/.exec(path)[1]}.cjs`,
      external: true,
    }))
  },
}

/** What opens a state, of whichever kind. */
const OPENS = /[\\/]pairing[\\/]src[\\/]node[\\/]backend\.ts$/

/** Whoever keeps the state in files never reads what a database needs. */
const databaseApart = {
  name: 'database-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\/database\.ts$/ }, ({ importer }) =>
      OPENS.test(importer) ? { path: './database.cjs', external: true } : undefined,
    )
  },
}

/** What makes a certificate is as large as a quarter of the gateway, and most starts find one. */
const certifyApart = {
  name: 'certify-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\/certify\.ts$/ }, () => ({ path: './certify.cjs', external: true }))
  },
}

/** What stands for modules of Node that a list does without: they are loaded when they are used. */
const lean = {
  name: 'lean',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^node:(crypto|os)$/ }, ({ path }) => ({
      path: join(app, `src/lean/${path.slice('node:'.length)}.ts`),
    }))
  },
}

const main = {
  ...common,
  entry: { main: join(app, 'src/main.ts') },
  esbuildOptions: fromSource,
}

const commands = {
  ...common,
  entry: { cli: join(app, 'src/cli.ts') },
  // What Node puts around a CommonJS file: `main.cjs` compiles it as it is, without a second copy of the text.
  banner: { js: `(function(exports,require,module,__filename,__dirname){${common.banner.js}` },
  footer: { js: '})' },
  esbuildPlugins: [appsApart, databaseApart, lean],
  esbuildOptions: (options) => {
    fromSource(options)
    // A script that was compiled before cannot `import()`: it has lost where it came from.
    options.supported = { ...options.supported, 'dynamic-import': false }
  },
}

/** Everything but what one command needs stays out; the route by which `main.cjs` comes here leads to that one alone. */
const only = (command) => ({
  name: 'only',
  setup: ({ onResolve, onLoad }) => {
    const elsewhere = { path: 'cli.cjs', namespace: 'elsewhere' }
    onResolve({ filter: /\/commands\/[\w-]+\.ts$/ }, ({ path }) =>
      path.endsWith(`/${command}.ts`) ? undefined : elsewhere,
    )
    // Lists open what they read, not the whole, and `main.cjs` never comes here with `--url`.
    onResolve({ filter: /\/(open|remote\/devices)\.ts$/ }, () => elsewhere)
    onLoad({ filter: /.*/, namespace: 'elsewhere' }, () => ({
      contents: `throw new Error('this is in cli.cjs')
        export const [command, openPairing, withRemoteDevices] = []`,
    }))
    onResolve({ filter: /^proper-lockfile$/ }, () => elsewhere)
    onLoad({ filter: WRITES }, ({ path }) => ({ contents: neverCalled(path), loader: 'js' }))
    // What prints them for a person is no part of what a script asks for.
    onResolve({ filter: /\/list-page\.ts$/ }, ({ path }) => ({
      path: `./${path.includes('/people/') ? 'people' : 'devices'}-page.cjs`,
      external: true,
    }))
    // A tenth of the text, for configurations that are no plain JSON.
    onResolve({ filter: /^json5$/ }, () => ({ path: './json5.cjs', external: true }))
    onLoad({ filter: /\/src\/(tree|(devices|people)\/session)\.ts$/ }, ({ path }) => ({
      contents: atOnce(readFileSync(path, 'utf8'), command),
      loader: 'ts',
    }))
  },
})

/** What a store that is opened to be read never calls: it writes, or checks everything. */
const WRITES =
  /\/credential-store\/src\/(store-writing|verify-store|documents\/(state-documents|rewrite|accept|recover|temp-names))\.ts$/

/** The functions of a module, for a bundle that comes to none of them. */
function neverCalled(path) {
  const names = [...readFileSync(path, 'utf8').matchAll(/^export (?:async )?function (\w+)/gm)]
  return `function elsewhere() { throw new Error('this is in cli.cjs') }
    export { ${names.map(([, name]) => `elsewhere as ${name}`).join(', ')} }`
}

/** What the one command needs is loaded with the rest: to put it off would cost a wrapper around every module of it. */
function atOnce(text, command) {
  const late = new RegExp(`await import\\('(\\./(?:commands/${command}|read)\\.ts)'\\)`, 'g')
  const found = [...text.matchAll(late)].map(([, path]) => path)
  const imports = found.map((path, index) => `import * as early${index} from '${path}'`)
  let index = 0
  return [...imports, text.replace(late, () => `early${index++}`)].join('\n')
}

/** The commands that have a file of their own; `src/main.ts` knows them too. */
const LISTS = { 'pairing-list': ['pairing', 'list'], 'devices-list': ['devices', 'list'] }

const list = (command) => ({
  ...commands,
  entry: { [command]: join(app, 'src/cli.ts') },
  esbuildPlugins: [appsApart, databaseApart, lean, only(command)],
})

const apps = {
  ...common,
  entry: {
    gateway: join(app, 'src/gateway-app.ts'),
    client: join(app, 'src/client-app.ts'),
    qr: join(app, 'src/qr-app.ts'),
    store: join(app, 'src/store-app.ts'),
    whatsapp: join(app, 'src/whatsapp-app.ts'),
  },
  esbuildPlugins: [certifyApart, databaseApart, nativeAbort],
  esbuildOptions: fromSource,
}

const pages = {
  ...common,
  entry: {
    'people-page': join(app, 'src/people/list-page.ts'),
    'devices-page': join(app, 'src/devices/list-page.ts'),
  },
  esbuildPlugins: [lean],
  esbuildOptions: fromSource,
}

const json5 = {
  ...common,
  entry: {
    json5: createRequire(join(app, '../../packages/config/src/read/document.ts')).resolve('json5'),
  },
}

/** Parts in C that a bundle cannot carry; whoever asks for them goes on without. */
const withoutNative = {
  name: 'without-native',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(?:pg-native|msgpackr-extract)$/ }, ({ path }) => ({
      path,
      namespace: 'without-native',
    }))
    onLoad({ filter: /.*/, namespace: 'without-native' }, () => ({
      contents: `throw new Error('not in this bundle')`,
    }))
  },
}

const database = {
  ...common,
  entry: { database: join(app, '../../packages/pairing/src/node/database.ts') },
  esbuildPlugins: [withoutNative],
  esbuildOptions: fromSource,
}

const certify = {
  ...apps,
  entry: { certify: join(app, '../gateway/src/tls/certify.ts') },
  esbuildPlugins: [],
}

/** Lets lists of somebody and something that waits write down what V8 compiled for them; the build is whole without. */
function warmUp() {
  const home = mkdtempSync(join(tmpdir(), 'openclaw-build-'))
  const credentials = join(home, '.openclaw/credentials')
  mkdirSync(credentials, { recursive: true, mode: 0o700 })
  const now = new Date().toISOString()
  const request = {
    id: '1',
    code: 'ABCD2345',
    createdAt: now,
    lastSeenAt: now,
    meta: { username: 'ada' },
  }
  const file = JSON.stringify({ version: 1, requests: [request] })
  writeFileSync(join(credentials, 'telegram-pairing.json'), file, { mode: 0o600 })
  const run = (args, env = {}) =>
    spawnSync(process.execPath, [join(outDir, 'main.cjs'), ...args], {
      env: { PATH: process.env.PATH, HOME: home, ...env },
    })
  writeDevices(join(home, '.openclaw/devices'))
  run(['pairing', 'allow', 'telegram', '2'])
  for (const args of [...Object.values(LISTS), ['pairing', 'allowed']]) {
    run([...args, '--json'], { OPENCLAW_WRITE_COMPILED: '1' })
  }
  rmSync(home, { recursive: true, force: true })
}

/** A device that is paired, and one that waits. */
function writeDevices(folder) {
  mkdirSync(folder, { mode: 0o700 })
  const device = () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
    const deviceId = createHash('sha256').update(raw).digest('hex')
    const says = {
      platform: 'linux',
      clientId: 'cli',
      clientMode: 'cli',
      scopes: ['operator.read'],
    }
    const role = { role: 'operator', roles: ['operator'] }
    return { deviceId, publicKey: raw.toString('base64url'), ...says, ...role }
  }
  const now = Date.now()
  const [paired, pending] = [device(), device()]
  const requestId = 'device-000000000000'
  const write = (name, entry) =>
    writeFileSync(join(folder, name), JSON.stringify(entry), { mode: 0o600 })
  const times = { createdAtMs: now, approvedAtMs: now }
  write('paired.json', { [paired.deviceId]: { ...paired, tokens: {}, ...times } })
  write('pending.json', { [requestId]: { ...pending, requestId, isRepair: false, ts: now } })
}

// Made beside and moved in at the end: somebody may be using the command meanwhile.
process.chdir(app)
try {
  await build(main)
  await build(commands)
  for (const command of Object.keys(LISTS)) await build(list(command))
  await build(pages)
  await build(json5)
  await build(apps)
  await build(certify)
  await build(database)
  // `main.cjs` reads it byte by byte; esbuild writes everything else as escapes, but leaves patterns as they are.
  for (const name of ['cli', ...Object.keys(LISTS)]) {
    const text = readFileSync(join(newDir, `${name}.cjs`), 'latin1')
    const odd = /[^\x00-\x7f]/.exec(text)
    if (odd)
      throw new Error(`not ASCII: ${text.slice(Math.max(0, odd.index - 40), odd.index + 20)}`)
  }
  // Two renames: whoever starts the command meanwhile finds the old one or the new one.
  if (existsSync(outDir)) renameSync(outDir, oldDir)
  renameSync(newDir, outDir)
  warmUp()
} finally {
  rmSync(oldDir, { recursive: true, force: true })
  rmSync(newDir, { recursive: true, force: true })
}
