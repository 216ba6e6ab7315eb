import type { Actor, Collection, CredentialStore, Intent, Scope } from '@openclaw/pairing-contracts'
import { type FixedClock, fixedClock } from '@openclaw/pairing-testing'
import { type FileStore, type FileStoreOptions, fileStore, type StorePorts } from '../src/index.ts'
import { nodeStorePorts } from '../src/node.ts'

/** Numbers by key. */
export const numbers: Collection<number> = {
  name: 'test.numbers',
  decode: (value) => {
    if (typeof value !== 'number') throw new TypeError('not a number')
    return value
  },
  encode: (value) => value,
}

/** Text by key, for records of some size. */
export const texts: Collection<string> = {
  name: 'test.texts',
  decode: (value) => {
    if (typeof value !== 'string') throw new TypeError('not text')
    return value
  },
  encode: (value) => value,
}

export const tester: Actor = { kind: 'root', user: 'tester' }

export function intent(action: string = 'test.write'): Intent {
  return { scope: 'test' as Scope, actor: tester, action }
}

export function put(store: CredentialStore, key: string, value: number): Promise<void> {
  return store.transact(intent(), (tx) => tx.put(numbers, key, value))
}

/** All numbers, as a plain object. */
export function all(store: CredentialStore): Record<string, number> {
  return Object.fromEntries(
    store
      .view(numbers)
      .entries('')
      .map(({ key, value }) => [key, value]),
  )
}

/** Opens a file store with some of its ports replaced. */
export function openWith(
  options: FileStoreOptions,
  replaced: Partial<StorePorts> = {},
  clock: FixedClock = fixedClock(),
): Promise<FileStore> {
  return fileStore(options, { ...nodeStorePorts(clock), ...replaced })
}

/** The error that something rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not reject')
}
