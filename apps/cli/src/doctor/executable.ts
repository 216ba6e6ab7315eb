import { access, constants, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/**
 * Where a program would be found that is started by this name; a look only, nothing is run.
 *
 * @param name - a name, or a path, which is looked at as it is
 * @param pathVariable - as in `PATH`; relative folders in it are passed over
 * @returns `undefined` where there is no file that may be executed
 */
export async function findExecutable(
  name: string,
  pathVariable: string | undefined,
): Promise<string | undefined> {
  const folders = (pathVariable ?? '').split(delimiter).filter(isAbsolute)
  const files = name.includes('/') ? [name] : folders.map((folder) => join(folder, name))
  for (const file of files) if (await mayRun(file)) return file
  return undefined
}

async function mayRun(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
