import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Vectors {
  readonly senders: readonly (readonly [typed: string, id: string])[]
  readonly refused: readonly string[]
}

const file = join(import.meta.dirname, '../../../config/test/sender-vectors.json')

/** The handles that the configuration reads alike. */
export const { imessage: vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly imessage: Vectors
}
