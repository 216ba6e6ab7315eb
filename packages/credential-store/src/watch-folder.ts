import { watch } from 'node:fs'
import type { WatchFolder } from './journal-watch.ts'

/** {@link WatchFolder} on this machine; keeps no process alive. */
export const watchFolder: WatchFolder = (folder, changed) => {
  let isOver = false
  const stop = (): void => {
    isOver = true
    watcher.close()
  }
  const watcher = watch(folder, { persistent: false }, (_, name) => changed(name))
  watcher.on('error', stop)
  return { isOver: () => isOver, stop }
}
