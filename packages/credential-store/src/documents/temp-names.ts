import type { RandomBytes } from '@openclaw/pairing-contracts'
import type { Context } from './context.ts'
import { placeOf } from './document.ts'
import { LEFTOVER_MS, MAX_LEFTOVERS } from './limits.ts'

const pattern = /^\.(?<document>.{1,200})\.\d{1,10}-[0-9a-f]{16}\.pairing-tmp$/

/** 64 random bits as hex. */
export function drawHex(random: RandomBytes): string {
  return [...random(8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A name for a temporary file beside `fileName` that nobody else uses. */
export function drawTempName({ ports }: Pick<Context, 'ports'>, fileName: string): string {
  return `.${fileName}.${String(ports.process.pid)}-${drawHex(ports.random)}.pairing-tmp`
}

/** True for the names that {@link drawTempName} makes. */
export function isTempName(name: string): boolean {
  return pattern.test(name)
}

/**
 * Removes temporary files of ours whose writer is gone. One that a begun replacement still needs stays: it tells whether
 * the document was replaced. Failures are left for the next time.
 */
export function removeLeftovers(context: Context, folder: string): void {
  const { files, options } = context
  for (const name of leftoversIn(context, folder)) {
    try {
      const document = pattern.exec(name)?.groups?.['document'] ?? ''
      const isNeeded = files.stat(`${options.folder}/${folder}/${document}.next`) !== undefined
      if (!isNeeded) removeOld(context, `${placeOf(options, folder)}/${name}`)
    } catch {
      // NOTE harmless where it is
    }
  }
}

function leftoversIn({ files, options }: Context, folder: string): readonly string[] {
  try {
    return files.list(placeOf(options, folder)).filter(isTempName).slice(0, MAX_LEFTOVERS)
  } catch {
    return []
  }
}

function removeOld({ files, ports }: Context, path: string): void {
  const stat = files.stat(path)
  if (stat?.kind === 'file' && ports.clock.now() - stat.mtimeMs >= LEFTOVER_MS) {
    files.remove(path)
  }
}
