import { chmod, chown, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { quietConsole } from '../src/node/quiet-console.ts'
import { installCommand, LIBRARY_VERSION, loadLibrary } from '../src/web.ts'
import { closeAll, emulate, folder } from './web/bench.ts'

afterEach(closeAll)

/** A state directory and a program elsewhere; `at` gets a copy of the stand-in. */
async function places(...at: readonly string[]): Promise<{ stateDir: string; program: string }> {
  const { library } = await emulate()
  const root = await folder()
  for (const path of at) {
    await cp(library, join(root, path, 'node_modules/baileys'), { recursive: true })
  }
  await mkdir(join(root, 'app'), { recursive: true })
  return { stateDir: join(root, 'state'), program: join(root, 'app', 'main.cjs') }
}

describe('the library', () => {
  it.each(['state/libraries', 'app'])('is found in %s', async (at) => {
    const { port, version } = await loadLibrary(await places(at))
    expect(version).toBe(LIBRARY_VERSION)
    expect(port.initAuthCreds()).toHaveProperty('noiseKey')
  })

  it('that is nowhere is missing, with the command that installs it where it is found', async () => {
    const nowhere = await places()
    const command = installCommand(nowhere.stateDir)
    expect(command).toMatch(/^npm install --prefix \S+\/state\/libraries baileys@7\.0\.0-rc14$/)
    await expect(loadLibrary(nowhere)).rejects.toMatchObject({
      ...{ code: 'ERR_WHATSAPP_WEB_LIBRARY_MISSING', command, hint: `Install it: ${command}` },
    })
  })

  it('of the state directory comes first', async () => {
    const both = await places('state/libraries', 'app')
    const manifest = join(both.stateDir, 'libraries/node_modules/baileys/package.json')
    await writeFile(manifest, '{"version":"7.0.1","main":"index.js","type":"module"}')
    expect((await loadLibrary(both)).version).toBe('7.0.1')
  })

  it.each([
    ['package.json', '{'],
    ['index.js', 'export const something = "else"'],
    ['index.js', 'throw new Error("no such processor")'],
  ])('with a %s of %j is broken, with the command that mends it', async (name, text) => {
    const found = await places('state/libraries')
    await writeFile(join(found.stateDir, 'libraries/node_modules/baileys', name), text)
    await expect(loadLibrary(found)).rejects.toMatchObject({
      ...{ code: 'ERR_WHATSAPP_WEB_LIBRARY_BROKEN', hint: expect.stringContaining('npm install') },
    })
  })

  it.each(['', 'node_modules', 'node_modules/baileys'])(
    'is not loaded where everybody can write libraries/%s',
    async (at) => {
      const found = await places('state/libraries')
      await chmod(join(found.stateDir, 'libraries', at), 0o777)
      await expect(loadLibrary(found)).rejects.toMatchObject({
        ...{
          code: 'ERR_WHATSAPP_WEB_LIBRARY_UNSAFE',
          hint: expect.stringMatching(/chmod -R go-w/),
        },
      })
    },
  )

  it.runIf(process.getuid?.() === 0)('of another user is not loaded by root', async () => {
    const found = await places('state/libraries')
    await chown(join(found.stateDir, 'libraries/node_modules/baileys'), 65_534, 65_534)
    await expect(loadLibrary(found)).rejects.toMatchObject({
      ...{ code: 'ERR_WHATSAPP_WEB_LIBRARY_UNSAFE', hint: expect.stringMatching(/as the user/) },
    })
  })

  it('that is linked to a folder which everybody can write is not loaded', async () => {
    const found = await places('state/libraries', 'elsewhere')
    const elsewhere = join(dirname(found.stateDir), 'elsewhere/node_modules/baileys')
    const at = join(found.stateDir, 'libraries/node_modules/baileys')
    await rm(at, { recursive: true })
    await symlink(elsewhere, at)
    expect(await loadLibrary(found)).toHaveProperty('version', LIBRARY_VERSION)
    await chmod(elsewhere, 0o777)
    await expect(loadLibrary(found)).rejects.toMatchObject({
      code: 'ERR_WHATSAPP_WEB_LIBRARY_UNSAFE',
    })
  })

  it('in a folder with blanks can be installed by the command as it is shown', () => {
    expect(installCommand("/home/ada's gateway")).toBe(
      "npm install --prefix '/home/ada'\\''s gateway/libraries' baileys@7.0.0-rc14",
    )
  })
})

it('what the library prints stays off the screen, what others print does not', async () => {
  const packages = join(await folder(), 'node_modules')
  const print = 'export const print = (printer, text) => printer.info(text)'
  const printers = await Promise.all(
    ['libsignal', 'baileys', 'other'].map(async (name) => {
      await mkdir(join(packages, name), { recursive: true })
      await writeFile(join(packages, name, 'index.mjs'), print)
      const path = pathToFileURL(join(packages, name, 'index.mjs')).href
      return [name, ((await import(path)) as { print: Print }).print] as const
    }),
  )
  const said: unknown[] = []
  const none = (): void => {}
  const printer = {
    log: none,
    warn: none,
    error: none,
    debug: none,
    info: (text: unknown) => void said.push(text),
  }
  quietConsole(printer)
  quietConsole(printer)
  for (const [name, say] of printers) say(printer, name)
  printer.info('this test')
  expect(said).toEqual(['other', 'this test'])
})

type Print = (printer: object, text: string) => void
