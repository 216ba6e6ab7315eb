import { NameRefused } from '../errors.ts'
import { MAX_KEY_LENGTH } from '../limits.ts'

const collectionName = /^[a-z][a-z0-9.]{0,63}$/

/** True for well-formed text without U+0000: every database and every file gives it back as it was. */
export function isWholeText(text: string): boolean {
  // made when it is needed: a reader checks no key, and such a class takes long to be made
  return !/[\0\p{Surrogate}]/u.test(text)
}

/** Throws {@link NameRefused} unless `name` is `[a-z][a-z0-9.]{0,63}`. */
export function checkCollection(name: string): void {
  if (!collectionName.test(name)) {
    throw new NameRefused(`${JSON.stringify(name)} is not the name of a collection`)
  }
}

/** Throws {@link NameRefused} unless `key` is 1–4096 characters of well-formed text without U+0000. */
export function checkKey(key: string): void {
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_LENGTH) {
    throw new NameRefused(`a key must have 1–${String(MAX_KEY_LENGTH)} characters`)
  }
  if (!isWholeText(key)) throw new NameRefused('a key must be well-formed text without U+0000')
}
