import type { CredentialStore } from '@openclaw/pairing-contracts'
import { credentialStoreContract, fixedClock } from '@openclaw/pairing-testing'
import { nodeFileStore } from '../src/node.ts'
import { tempRoot } from './support-temp.ts'

credentialStoreContract('file', async () => {
  const { root, remove } = tempRoot()
  const clock = fixedClock()
  const opened: CredentialStore[] = []
  const open = async (): Promise<CredentialStore> => {
    const store = await nodeFileStore({ root, mode: 'write', clock })
    opened.push(store)
    return store
  }
  const store = await open()
  return {
    store,
    reopen: async () => {
      await store.close()
      return open()
    },
    another: open,
    cleanup: async () => {
      for (const one of opened) await one.close()
      remove()
    },
  }
})
