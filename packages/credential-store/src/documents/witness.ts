import type { Sha256 } from '@openclaw/pairing-contracts'
import { closeQuietly, type StoreFiles } from '../journal/files.ts'
import { seqInHead } from './base-copy.ts'
import { copiesFolder } from './document.ts'

/** That a journal once held transaction `seq`: `file` was written after it. */
export interface Witness {
  readonly seq: number
  /** One of our copies. */
  readonly file: string
}

/** What asking takes. */
export interface WitnessPorts {
  readonly files: StoreFiles
  readonly sha256: Sha256
}

/** Bytes of a copy that hold its first line: names of 200 characters, numbers and a checksum. */
const HEAD_BYTES = 2048

/**
 * The highest transaction that one of our copies knows; `undefined` when none knows any. A copy is written only after the
 * transaction is durable, so a journal that does not reach it has lost its end. What cannot be read proves nothing.
 */
export function lastWitness(root: string, ports: WitnessPorts): Witness | undefined {
  const top = copiesFolder(root)
  const paths = listed(ports, top).flatMap((folder) =>
    listed(ports, `${top}/${folder}`)
      .filter((name) => /\.(?:base|next)$/.test(name))
      .map((name) => `${top}/${folder}/${name}`),
  )
  let last: Witness | undefined
  for (const file of paths) {
    const seq = seqAt(ports, file) ?? 0
    if (seq > (last?.seq ?? 0)) last = { seq, file }
  }
  return last
}

function listed({ files }: WitnessPorts, folder: string): readonly string[] {
  try {
    return files.list(folder)
  } catch {
    return []
  }
}

function seqAt({ files, sha256 }: WitnessPorts, path: string): number | undefined {
  try {
    const fd = files.open(path, 'read')
    try {
      return seqInHead(files.read(fd, 0, HEAD_BYTES), sha256)
    } finally {
      closeQuietly(files, fd)
    }
  } catch {
    return undefined
  }
}
