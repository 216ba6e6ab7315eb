import { chmod, lstat, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OpenClawError } from '@openclaw/pairing-contracts'
import { shellWord } from '../program.ts'

/** The folder of a key is not what it has to be, and was left as it is: who can lead it elsewhere has the key. */
export class KeyFolderRefused extends OpenClawError {
  override readonly name = 'KeyFolderRefused'
  override readonly code = 'ERR_KEY_FOLDER'
  readonly path: string
  constructor(path: string, why: string, hint: string) {
    super(`${path} ${why}, so no key is kept there`, { hint })
    this.path = path
  }
}

const OTHERS = 0o077

/**
 * A folder of the state directory that holds a key, before it is used; one that others may enter is closed to them. It
 * need not be there yet. The state directory itself may be a link.
 *
 * @throws {@link KeyFolderRefused} for a link, for no folder, and for one of somebody else
 */
export async function keyFolder(stateDir: string, name: 'node' | 'identity'): Promise<string> {
  const path = join(stateDir, name)
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new KeyFolderRefused(path, `cannot be looked at (${String(error.code)})`, MEND)
  })
  if (found === undefined) return path
  if (found.isSymbolicLink()) throw new KeyFolderRefused(path, 'is a link', NO_LINK)
  if (!found.isDirectory()) throw new KeyFolderRefused(path, 'is no folder', MEND)
  const uid = await ownerOf(stateDir)
  // Where files have no owner, their mode means nothing either.
  if (uid === undefined) return path
  if (found.uid !== uid) {
    const hint = `sudo chown -R ${String(uid)} ${shellWord(path)}`
    throw new KeyFolderRefused(path, `belongs to user ${String(found.uid)}`, hint)
  }
  if ((found.mode & OTHERS) !== 0) await close(path)
  return path
}

const MEND = 'move it aside, or see to its permissions'
const NO_LINK =
  'put the real folder there; only the state directory itself may be a link: OPENCLAW_STATE_DIR names another one'

/** Root works for whom the state directory belongs to. */
async function ownerOf(stateDir: string): Promise<number | undefined> {
  const uid = process.getuid?.()
  return uid === 0 ? (await stat(stateDir)).uid : uid
}

async function close(path: string): Promise<void> {
  await chmod(path, 0o700).catch((error: NodeJS.ErrnoException) => {
    // Nobody writes on a disk that is read only.
    if (error.code === 'EROFS') return
    const why = `is open to others and could not be closed (${String(error.code)})`
    throw new KeyFolderRefused(path, why, `chmod 700 ${shellWord(path)}`)
  })
}
