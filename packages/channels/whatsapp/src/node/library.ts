import { readFile, realpath, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  LIBRARY,
  LIBRARY_VERSION,
  WebLibraryBroken,
  WebLibraryMissing,
  WebLibraryUnsafe,
} from '../web/errors.ts'
import { isWebRecord } from '../web/fields.ts'
import type { BaileysPort } from '../web/port.ts'
import type { LoadedLibrary } from '../web/types.ts'
import { quietConsole } from './quiet-console.ts'
import { errnoOf } from './session-files.ts'

/** Where the library may be. */
export interface LibraryPlaces {
  /** The gateway's state directory: `libraries` in it is where the command that is shown puts the library. */
  readonly stateDir: string
  /** A file of the program, beside whose packages it is looked for next. */
  readonly program: string
}

/** The folder of libraries that the operator installs. */
export const librariesIn = (stateDir: string): string => join(stateDir, 'libraries')

/** Installs the library where it is found. */
export function installCommand(stateDir: string): string {
  const folder = librariesIn(stateDir)
  const word = /^[\w@%+=:,./\\-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`
  return `npm install --prefix ${word} ${LIBRARY}@${LIBRARY_VERSION}`
}

/**
 * Finds the library below `libraries` in the state directory, else beside the program's own packages, and loads it.
 *
 * @throws {@link WebLibraryMissing} where it is nowhere, {@link WebLibraryBroken} where it cannot be loaded,
 *   {@link WebLibraryUnsafe} where somebody else could have put it there
 */
export async function loadLibrary(places: LibraryPlaces): Promise<LoadedLibrary> {
  const command = installCommand(places.stateDir)
  const folder = await findLibrary(places)
  if (folder === undefined) throw new WebLibraryMissing(command)
  quietConsole(console)
  try {
    if (folder.startsWith(librariesIn(places.stateDir))) await requireOwn(places.stateDir, folder)
    const { version, main } = await manifestOf(folder)
    const module: unknown = await import(pathToFileURL(join(folder, main)).href)
    if (!isLibrary(module)) throw new Error('it does not have the functions that are used of it')
    return { port: module, version, command }
  } catch (error) {
    if (error instanceof WebLibraryUnsafe) throw error
    throw new WebLibraryBroken(error instanceof Error ? error.message : String(error), command)
  }
}

/** Code runs with all that this process may: it is ours or root's, and nobody else can change it. */
async function requireOwn(stateDir: string, folder: string): Promise<void> {
  const uid = process.getuid?.()
  if (uid === undefined) return
  const way = [librariesIn(stateDir), dirname(folder), folder, join(folder, 'package.json')]
  for (const path of [...way, await realpath(folder)]) {
    const { mode, uid: owner } = await stat(path)
    if (owner !== uid && owner !== 0) throw new WebLibraryUnsafe(path, 'of-another-user')
    if ((mode & 0o002) !== 0) throw new WebLibraryUnsafe(path, 'open-to-all')
  }
}

/** The folder that {@link loadLibrary} would load from; `undefined` where it is nowhere. A look only. */
export async function findLibrary({
  stateDir,
  program,
}: LibraryPlaces): Promise<string | undefined> {
  const beside = createRequire(program).resolve.paths(LIBRARY) ?? []
  for (const packages of [join(librariesIn(stateDir), 'node_modules'), ...beside]) {
    const folder = join(packages, LIBRARY)
    if (await isThere(join(folder, 'package.json'))) return folder
  }
  return undefined
}

async function isThere(path: string): Promise<boolean> {
  try {
    await readFile(path)
    return true
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return false
    // It is there and cannot be read: loading it says so.
    return true
  }
}

async function manifestOf(folder: string): Promise<{ version: string; main: string }> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const { version, main } = isWebRecord(manifest) ? manifest : {}
  return {
    version: typeof version === 'string' ? version : 'of an unknown version',
    main: typeof main === 'string' ? main : 'index.js',
  }
}

function isLibrary(module: unknown): module is BaileysPort {
  return (
    isWebRecord(module) &&
    [module['makeWASocket'], module['initAuthCreds']].every((each) => typeof each === 'function') &&
    [module['BufferJSON'], module['proto']].every(isObject)
  )
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
