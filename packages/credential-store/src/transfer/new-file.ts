import { shortWrite } from '../journal/birth.ts'
import { closeQuietly, type StoreFiles } from '../journal/files.ts'
import type { FileOwner } from '../journal/guard.ts'

/** A file that is being written from its beginning. Throws what the file system says. */
export interface NewFile {
  /** Answers how many bytes it was. They are on the disk when `end` resolves. */
  readonly write: (text: string) => number
  readonly end: () => Promise<void>
  /** Lets go of it; whoever made it removes it. */
  readonly abandon: () => void
}

/** Characters that are gathered before they are written. */
const CHUNK: number = 1024 * 1024

/** Makes a new file, 0600 from birth; refuses what exists. */
export function newFile(files: StoreFiles, path: string, owner: FileOwner | undefined): NewFile {
  const fd = files.open(path, 'new')
  const state = { parts: [] as string[], length: 0, isOpen: true }
  const close = (): void => {
    if (state.isOpen) closeQuietly(files, fd)
    state.isOpen = false
  }
  const flush = (): void => {
    if (state.length === 0) return
    const bytes = Buffer.from(state.parts.join(''))
    state.parts = []
    state.length = 0
    const written = files.write(fd, bytes)
    if (written < bytes.length) throw shortWrite(written, bytes.length)
  }
  try {
    if (owner) files.chown(path, owner.uid, owner.gid)
  } catch (error) {
    close()
    throw error
  }
  return {
    write: (text) => {
      state.parts.push(text)
      state.length += text.length
      if (state.length >= CHUNK) flush()
      return Buffer.byteLength(text)
    },
    end: async () => {
      try {
        flush()
        await files.sync(fd)
      } finally {
        close()
      }
    },
    abandon: close,
  }
}
