import type { StoreFiles } from '../src/index.ts'
import { nodeStoreFiles } from '../src/node.ts'

/** The real disk. */
export const realFiles: StoreFiles = nodeStoreFiles()

/** Which call goes wrong: its number, counted from 1, and how. */
export interface Fault {
  readonly at: number
  readonly errno: string
  /** `once`: that call fails · `on`: all after it fail as well · `dead`: nothing works any more, half a write included. */
  readonly kind: 'once' | 'on' | 'dead'
  /** Only calls of these names count and fail; all of them unless given. */
  readonly only?: readonly (keyof StoreFiles)[]
}

/** `files` with one fault, and how many calls there were. */
export function faultyFiles(
  files: StoreFiles,
  fault: Fault | undefined,
): { readonly files: StoreFiles; readonly calls: () => number } {
  let calls = 0
  const wrap = (name: keyof StoreFiles, real: (...args: never[]) => unknown) => {
    return (...args: never[]): unknown => {
      if (fault?.only && !fault.only.includes(name)) return real(...args)
      calls += 1
      if (!fault || calls < fault.at || (fault.kind === 'once' && calls > fault.at)) {
        return real(...args)
      }
      // a dead process closes its files all the same
      if (name === 'close') real(...args)
      if (name === 'write' && calls === fault.at) writeHalf(files, args)
      const error = Object.assign(new Error(`${fault.errno} by the test`), { code: fault.errno })
      if (name === 'sync' || name === 'syncDirectory') return Promise.reject(error)
      throw error
    }
  }
  const wrapped = Object.fromEntries(
    Object.entries(files).map(([name, real]) => [name, wrap(name as keyof StoreFiles, real)]),
  )
  return { files: wrapped as unknown as StoreFiles, calls: () => calls }
}

function writeHalf(files: StoreFiles, [fd, bytes]: readonly unknown[]): void {
  const all = bytes as Uint8Array
  if (all.length > 1) files.write(fd as number, all.subarray(0, all.length >> 1))
}
