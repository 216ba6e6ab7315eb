import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes of all files below `folder`. */
export function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => join(folder, entry.name))
    .map((path) => (statSync(path).isDirectory() ? bytesBelow(path) : statSync(path).size))
    .reduce((sum, size) => sum + size, 0)
}

/** What this process has read and written so far by system calls; `undefined` where the system does not count. */
export function processIo(): { readonly readBytes: number; readonly writes: number } | undefined {
  const path = '/proc/self/io'
  if (!existsSync(path)) return undefined
  const text = readFileSync(path, 'utf8')
  const value = (name: string) =>
    Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN)
  return { readBytes: value('rchar'), writes: value('syscw') }
}
