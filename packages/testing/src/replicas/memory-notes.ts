import type { Json } from '@openclaw/pairing-contracts'
import { MAX_NOTE_BYTES, MAX_NOTES, MAX_NOTES_BYTES } from './limits.ts'

/** What one replica noted, by key, within the bounds of the port. */
export interface MemoryNotes {
  readonly put: (key: string, value: Json | undefined) => void
  /** As it is now; what is put later does not change it. */
  readonly all: () => ReadonlyMap<string, Json>
}

/** Nothing noted yet. */
export function memoryNotes(): MemoryNotes {
  const texts = new Map<string, string>()
  let bytes = 0
  const remove = (key: string): void => {
    bytes -= Buffer.byteLength(texts.get(key) ?? '')
    texts.delete(key)
  }
  return {
    put: (key, value) => {
      remove(key)
      const text = value === undefined || !isKey(key) ? undefined : JSON.stringify(value)
      const size = Buffer.byteLength(text ?? '')
      if (text === undefined || size > MAX_NOTE_BYTES) return
      if (texts.size >= MAX_NOTES || bytes + size > MAX_NOTES_BYTES) return
      texts.set(key, text)
      bytes += size
    },
    all: () => new Map([...texts].map(([key, text]) => [key, JSON.parse(text) as Json])),
  }
}

const isKey = (key: string): boolean =>
  key !== '' && key.length <= 512 && !/[\0\p{Surrogate}]/u.test(key)
