import { replicasContract } from '@openclaw/pairing-testing'
import { openProxy } from './support-proxy.ts'
import { testSchema } from './support-store.ts'

const FAST = { lifeMs: 2_000, beatMs: 400, lookMs: 200 }

replicasContract('postgres', async () => {
  const schema = await testSchema()
  const proxies: Awaited<ReturnType<typeof openProxy>>[] = []
  const killed: typeof proxies = []
  return {
    join: async () => {
      const proxy = await openProxy(schema.url)
      proxies.push(proxy)
      const store = await schema.open({ url: proxy.url, replicas: FAST })
      // nothing begins before it is used
      store.replicas.others()
      return {
        replicas: store.replicas,
        close: store.close,
        kill: async () => {
          killed.push(proxy)
          proxy.pause()
        },
      }
    },
    cleanup: async () => {
      for (const proxy of killed) {
        proxy.refuse()
        proxy.reset()
      }
      await schema.cleanup()
      await Promise.all(proxies.map((proxy) => proxy.close()))
    },
  }
})
