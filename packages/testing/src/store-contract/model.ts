import type { CredentialStore, Json, Transaction } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anything, counters, history, intent, type OpenStore } from './subject.ts'

const key = fc.constantFrom('a', 'a/b', 'b', '__proto__', 'é', '0')
const collection = fc.constantFrom('test.anything', 'counters')
const step = fc.oneof(
  fc.record({ do: fc.constant('put' as const), collection, key, value: fc.nat(3) }),
  fc.record({ do: fc.constant('remove' as const), collection, key }),
  fc.record({ do: fc.constant('get' as const), collection, key }),
  fc.record({
    do: fc.constant('list' as const),
    collection,
    prefix: fc.constantFrom('', 'a', 'a/'),
  }),
)
const batch = fc.record({
  steps: fc.array(step, { maxLength: 6 }),
  ending: fc.constantFrom('commit' as const, 'commit' as const, 'throw' as const),
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Model = Map<string, Json>

const collections = { 'test.anything': anything, counters } as const
const named = (name: string) => collections[name as keyof typeof collections] as typeof anything

const place = (of: string, at: string): string => `${of}|${at}`

/** Does one step on the store and on the model, and compares what both answer. */
async function play(tx: Transaction, model: Model, now: Step): Promise<void> {
  const records = named(now.collection)
  if (now.do === 'put') {
    tx.put(records, now.key, now.value)
    model.set(place(now.collection, now.key), now.value)
  } else if (now.do === 'remove') {
    tx.remove(records, now.key)
    model.delete(place(now.collection, now.key))
  } else if (now.do === 'get') {
    expect(await tx.get(records, now.key)).toEqual(model.get(place(now.collection, now.key)))
  } else {
    expect(await tx.list(records, now.prefix)).toEqual(listed(model, now.collection, now.prefix))
  }
}

function listed(model: Model, of: string, prefix: string): { key: string; value: Json }[] {
  return [...model]
    .filter(([at]) => at.startsWith(place(of, prefix)))
    .map(([at, value]) => ({ key: at.slice(of.length + 1), value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

async function playBatch(
  store: CredentialStore,
  model: Model,
  { steps, ending }: { readonly steps: readonly Step[]; readonly ending: string },
): Promise<Model> {
  const failure = new Error('planned')
  const run = store.transact(intent(), async (tx) => {
    const planned = new Map(model)
    for (const now of steps) await play(tx, planned, now)
    if (ending === 'throw') throw failure
    return planned
  })
  if (ending === 'commit') return run
  await expect(run).rejects.toBe(failure)
  return model
}

function expectSame(store: CredentialStore, model: Model): void {
  for (const name of Object.keys(collections)) {
    expect(store.view(named(name)).entries('')).toEqual(listed(model, name, ''))
  }
}

/** Random transactions against a plain map that does the same. */
export function modelCases(open: OpenStore, runs: number): void {
  it('behaves like a plain map under random transactions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 12 }), async (batches) => {
        const { store, reopen, cleanup } = await open()
        try {
          let model: Model = new Map()
          for (const next of batches) {
            model = await playBatch(store, model, next)
            expectSame(store, model)
          }
          const seqs = (await history(store)).map((entry) => Number(entry.seq))
          expect(seqs).toEqual(seqs.map((_, index) => index + 1))
          if (reopen) expectSame(await reopen(), model)
        } finally {
          await cleanup()
        }
      }),
      { numRuns: runs },
    )
  })
}
