import { credentialStoreContract } from '@openclaw/pairing-testing'
import type { PostgresStore } from '../src/index.ts'
import { testSchema } from './support-store.ts'

credentialStoreContract(
  'postgres',
  async () => {
    const schema = await testSchema()
    const store = await schema.open()
    return {
      store,
      reopen: async () => {
        await store.close()
        return schema.open()
      },
      another: () => schema.open(),
      settled: (one) => (one as PostgresStore).refresh(),
      cleanup: schema.cleanup,
    }
  },
  { modelRuns: 12 },
)
