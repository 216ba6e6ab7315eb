/**
 * Tells of changes of files in a folder as they happen, with the file's name where the system says it.
 * Throws where the system cannot watch; stops by itself when it no longer can.
 */
export type WatchFolder = (
  folder: string,
  changed: (name: string | null) => void,
) => { readonly isOver: () => boolean; readonly stop: () => void }

/** Wakes followers of the journal. */
export interface JournalWatch {
  /** Begins, where it has not begun; once more where it ended by itself. */
  readonly ensure: () => void
  readonly stop: () => void
}

/**
 * Rings as soon as another process writes to a segment. Only a hint: whoever is woken looks for itself, and looks now and
 * then without being told, since network file systems tell nothing.
 */
export function journalWatch(watch: WatchFolder, folder: string, ring: () => void): JournalWatch {
  let watching: ReturnType<WatchFolder> | undefined
  let isStopped = false
  const changed = (name: string | null): void => {
    if (name === null || name.endsWith('.jsonl')) ring()
  }
  return {
    ensure: () => {
      if (isStopped || watching?.isOver() === false) return
      try {
        watching = watch(folder, changed)
      } catch {
        // no folder yet, or more than this system watches
      }
    },
    stop: () => {
      isStopped = true
      watching?.stop()
    },
  }
}
