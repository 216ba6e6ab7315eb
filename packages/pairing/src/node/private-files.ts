import { chmod, lstat, open } from 'node:fs/promises'
import { OpenClawError } from '@openclaw/pairing-contracts'
import { makePrivateDirectory } from './heir.ts'

/** A directory of the state directory is a link, or no directory: what is written there would land elsewhere. */
export class StateFolderRefused extends OpenClawError {
  override readonly name = 'StateFolderRefused'
  override readonly code = 'ERR_STATE_FOLDER'
  readonly path: string
  constructor(path: string) {
    super(`${path} is not a directory of its own`, {
      hint: `Move ${path} aside: links inside the state directory are not followed.`,
    })
    this.path = path
  }
}

/**
 * Makes `path` a directory that only its owner may enter; tightens one that is too open.
 *
 * @throws {@link StateFolderRefused} for a link or a file
 */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  await makePrivateDirectory(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const found = await lstat(path)
  if (!found.isDirectory()) throw new StateFolderRefused(path)
  if ((found.mode & 0o077) !== 0) await chmod(path, 0o700)
}

/** Makes renames in `path` durable; a no-op where directories cannot be opened (Windows). */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
