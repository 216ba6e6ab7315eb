import { credentialStoreContract, fixedClock } from '@openclaw/pairing-testing'
import { memoryStore } from '../src/index.ts'

credentialStoreContract('memory', async () => {
  const store = memoryStore({ clock: fixedClock() })
  return { store, cleanup: () => store.close() }
})
