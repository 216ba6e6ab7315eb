import { credentialStoreContract } from '../../src/index.ts'
import { type Bug, mapStore } from './map-store.ts'

// Registered for each bug that the test names; run by it in a process of its own.
for (const bug of (process.env['BUGS'] ?? '').split(',')) {
  credentialStoreContract(bug, async () => {
    const store = mapStore(bug as Bug)
    return { store, cleanup: () => Promise.resolve() }
  })
}
