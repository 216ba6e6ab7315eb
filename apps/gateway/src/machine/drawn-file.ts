import { StateDirUnusable } from '../errors.ts'
import { createPrivateFile, errnoOf, readIfThere } from './private-files.ts'

/**
 * The text of a file that is made once, for its owner only, and kept: whoever was faster made it, then theirs counts.
 *
 * @throws {@link StateDirUnusable} when it can be neither read nor made
 */
export async function drawnFile(
  path: string,
  draw: () => string | Promise<string>,
): Promise<string> {
  try {
    return (await readIfThere(path)) ?? (await made(path, await draw()))
  } catch (error) {
    const why = errnoOf(error)
    throw why === undefined ? error : new StateDirUnusable(path, why)
  }
}

async function made(path: string, drawn: string): Promise<string> {
  return (await createPrivateFile(path, drawn)) ? drawn : ((await readIfThere(path)) ?? '')
}
