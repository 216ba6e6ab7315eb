import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { FREE_BYTES } from '../limits.ts'

/** Why nothing can be written to a directory; `undefined` when it can. Writes nothing itself. */
export async function whyNotWritable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize < FREE_BYTES ? `the disk of ${path} is full` : undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return `${path} cannot be written (${code})`
  }
}
