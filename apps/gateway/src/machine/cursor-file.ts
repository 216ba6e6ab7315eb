import type { CursorStore } from '@openclaw/pairing-contracts'
import { readIfThere, replacePrivateFile } from './private-files.ts'

/** A {@link CursorStore} in one small file, 0600, replaced as a whole and synced. */
export function cursorFile(path: string): CursorStore {
  return {
    load: async () => {
      const text = await readIfThere(path)
      return text === undefined ? undefined : parse(text)
    },
    save: (cursor) => replacePrivateFile(path, `${JSON.stringify(cursor)}\n`),
  }
}

/** What cannot be parsed is handed on as it is: the channel knows what a damaged cursor means to it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
