import { isOpenClawError, type RandomBytes } from '@openclaw/pairing-contracts'
import { parentOf } from '../journal/birth.ts'
import { errnoOf, type StoreFiles } from '../journal/files.ts'
import { imageTally } from './digest.ts'
import { ImageNotWritten, TransferChanged } from './errors.ts'
import { endDigest, type ImageFilePorts, imageFile } from './image-file.ts'
import { encodeEnd, encodeHead, encodeItem } from './lines.ts'
import { type NewFile, newFile } from './new-file.ts'
import type { ImageHead, StoreImage } from './types.ts'

/** What writing an image takes. */
export interface WriteImagePorts extends ImageFilePorts {
  readonly random: RandomBytes
}

/** What was written, as it was read back. */
export interface WrittenImage {
  readonly head: ImageHead
  /** See `Taken`. */
  readonly digest: string
}

/**
 * Writes an image into a new file, 0600 from birth: all of it or nothing. It is read back before it gets its name.
 *
 * @throws `ERR_STORE_IMAGE_WRITE`, and what reading the image throws
 */
export async function writeImage(
  path: string,
  image: StoreImage,
  ports: WriteImagePorts,
): Promise<WrittenImage> {
  const { files, random } = ports
  const temp = `${path}.${Buffer.from(random(8)).toString('hex')}.tmp`
  try {
    if (files.stat(path)) throw taken(path)
    const digest = await fill(newFile(files, temp, undefined), image, ports)
    await readBack(temp, ports)
    name(files, temp, path)
    await files.syncDirectory(parentOf(path))
    return { head: image.head, digest }
  } catch (error) {
    removeQuietly(files, temp)
    throw isOpenClawError(error) ? error : notWritten(path, error)
  }
}

async function fill(
  file: NewFile,
  { head, items }: StoreImage,
  { sha256 }: WriteImagePorts,
): Promise<string> {
  const tally = imageTally(sha256)
  try {
    file.write(encodeHead(head))
    for await (const item of items) {
      tally.add(item)
      file.write(encodeItem(item))
    }
    if (tally.records() !== head.records || tally.entries() !== head.entries) {
      throw new TransferChanged('the store')
    }
    const digest = tally.digest(head)
    file.write(encodeEnd({ digest: endDigest(sha256, head, digest) }))
    await file.end()
    return digest
  } finally {
    file.abandon()
  }
}

async function readBack(path: string, ports: WriteImagePorts): Promise<void> {
  const unused = { id: '', madeAt: 0 as ImageHead['madeAt'] }
  await imageFile(path, ports).withImage(unused, async ({ items }) => {
    for await (const _item of items);
  })
}

/** No file is ever replaced. */
function name(files: StoreFiles, temp: string, path: string): void {
  try {
    files.link(temp, path)
    files.remove(temp)
  } catch (cause) {
    const code = errnoOf(cause)
    if (code === 'EEXIST') throw taken(path)
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code ?? '')) throw cause
    if (files.stat(path)) throw taken(path)
    files.rename(temp, path)
  }
}

function removeQuietly(files: StoreFiles, path: string): void {
  try {
    files.remove(path)
  } catch {
    // it was not made, or is named by now
  }
}

function taken(path: string): ImageNotWritten {
  return new ImageNotWritten(path, 'it is there already, and nothing is overwritten')
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'its directory is not there'],
  ['ENOTDIR', 'its directory is no directory'],
  ['EACCES', 'this user may not write there'],
  ['EPERM', 'this user may not write there'],
  ['EROFS', 'the disk can only be read'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the quota is used up'],
])

function notWritten(path: string, cause: unknown): ImageNotWritten {
  const code = errnoOf(cause)
  if (code === undefined) throw cause
  return new ImageNotWritten(path, WORDS.get(code) ?? `the system says ${code}`, cause)
}
