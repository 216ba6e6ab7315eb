import type { StoreFiles } from '../journal/files.ts'
import { BadLine } from '../journal/frame.ts'
import { MAX_IMAGE_LINE_BYTES } from '../limits.ts'

const CHUNK: number = 1024 * 1024
const LINE_FEED = 10

/** The whole lines of an open file, without their line feeds; throws {@link BadLine} where one is too long or has no end. */
export function* linesOf(files: Pick<StoreFiles, 'read'>, fd: number): Generator<string> {
  let parts: Buffer[] = []
  let length = 0
  for (let position = 0; ; ) {
    const chunk = asBuffer(files.read(fd, position, CHUNK))
    if (chunk.length === 0) break
    position += chunk.length
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString()
      parts = []
      length = 0
      start = end + 1
    }
    parts.push(Buffer.from(chunk.subarray(start)))
    length += chunk.length - start
    if (length > MAX_IMAGE_LINE_BYTES) throw new BadLine('a line is too long')
  }
  if (length > 0) throw new BadLine('it was cut off in the middle of a line')
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
