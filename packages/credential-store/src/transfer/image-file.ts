import { isOpenClawError, type Sha256 } from '@openclaw/pairing-contracts'
import { closeQuietly, errnoOf, type StoreFiles } from '../journal/files.ts'
import { BadLine } from '../journal/frame.ts'
import { imageTally } from './digest.ts'
import { ImageNewer, ImageRefused } from './errors.ts'
import { linesOf } from './image-lines.ts'
import { decodeHead, decodeItem, encodeHead, NewerFormat } from './lines.ts'
import type { ImageHead, ImageItem, ImageSource, StoreImage } from './types.ts'

/** What reading an image from a file takes. */
export interface ImageFilePorts {
  readonly files: StoreFiles
  readonly sha256: Sha256
}

/**
 * An image that lies in a file. Nothing of it counts before its end was read and found right.
 *
 * @throws `ERR_STORE_IMAGE`, `ERR_STORE_IMAGE_NEWER` from `withImage` and while it is read
 */
export function imageFile(path: string, ports: ImageFilePorts): ImageSource {
  return {
    where: path,
    withImage: async (_wish, use) => {
      const fd = refusing(path, () => openFile(ports, path))
      try {
        return await use(openImage(path, linesOf(ports.files, fd), ports))
      } finally {
        closeQuietly(ports.files, fd)
      }
    },
  }
}

function openFile({ files }: ImageFilePorts, path: string): number {
  if (files.stat(path)?.isSymbolicLink()) throw new BadLine('it is a link')
  const fd = files.open(path, 'read')
  if (files.statOpen(fd).isFile()) return fd
  closeQuietly(files, fd)
  throw new BadLine('it is not a file')
}

function openImage(path: string, lines: Generator<string>, { sha256 }: ImageFilePorts): StoreImage {
  const head = refusing(path, () => {
    const first = lines.next()
    if (first.done) throw new BadLine('it is empty')
    return decodeHead(first.value)
  })
  return { head, items: itemsOf(path, { head, lines, sha256 }) }
}

interface Opened {
  readonly head: ImageHead
  readonly lines: Generator<string>
  readonly sha256: Sha256
}

async function* itemsOf(path: string, { head, lines, sha256 }: Opened): AsyncGenerator<ImageItem> {
  const tally = imageTally(sha256)
  for (;;) {
    const item = refusing(path, () => {
      const line = lines.next()
      if (line.done) throw new BadLine('it was cut off: its last line is missing')
      return decodeItem(line.value)
    })
    if (item.kind === 'end') {
      refusing(path, () => assertEnd(item.digest, { head, tally, lines, sha256 }))
      return
    }
    tally.add(item)
    yield item
  }
}

function assertEnd(
  digest: string,
  { head, tally, lines, sha256 }: Opened & { readonly tally: ReturnType<typeof imageTally> },
): void {
  if (tally.records() !== head.records || tally.entries() !== head.entries) {
    throw new BadLine('lines are missing')
  }
  if (endDigest(sha256, head, tally.digest(head)) !== digest) throw new BadLine('it was changed')
  if (!lines.next().done) throw new BadLine('something stands behind its end')
}

/** The digest of the last line: over everything before it, the first line included. */
export function endDigest(sha256: Sha256, head: ImageHead, content: string): string {
  return sha256(encodeHead(head) + content)
}

/** Runs one step; what is wrong with the file becomes `ERR_STORE_IMAGE`. */
function refusing<R>(path: string, step: () => R): R {
  try {
    return step()
  } catch (error) {
    if (error instanceof NewerFormat) throw new ImageNewer(path, error.format)
    if (error instanceof BadLine) throw new ImageRefused(path, error.message)
    if (isOpenClawError(error)) throw new ImageRefused(path, error.message)
    const code = errnoOf(error)
    if (code === undefined) throw error
    throw new ImageRefused(
      path,
      code === 'ENOENT' ? 'there is no such file' : `the system says ${code}`,
    )
  }
}
