import {
  type Overlay,
  type Plan,
  planTransaction,
  TransactionOver,
} from '@openclaw/credential-store/kit'
import type { EpochMs, Transaction } from '@openclaw/pairing-contracts'
import type { RowCache } from './row-cache.ts'

/** A plan whose reads come from the database. */
export interface AsyncPlan extends Pick<Plan, 'tx' | 'detail' | 'end'> {
  /** What is really different from before; reads the rows that were written without having been read. */
  readonly changes: () => Promise<ReturnType<Plan['changes']>>
}

/** A transaction on the rows of `cache`, with what `layer` plans already on top of them. */
export function planOnRows(cache: RowCache, layer: Overlay, now: EpochMs): AsyncPlan {
  const plan = planTransaction(layer.of, now)
  const written = new Map<string, Set<string>>()
  const state = { over: false }
  const enter = (): void => {
    if (state.over) throw new TransactionOver()
  }
  const noted = ({ name }: { readonly name: string }, key: string): void => {
    written.set(name, (written.get(name) ?? new Set<string>()).add(key))
  }
  const tx: Transaction = {
    ...plan.tx,
    get: async (collection, key) => {
      enter()
      await cache.loadKeys(collection.name, [key])
      return plan.tx.get(collection, key)
    },
    list: async (collection, prefix) => {
      enter()
      await cache.loadPrefix(collection.name, prefix)
      return plan.tx.list(collection, prefix)
    },
    put: (collection, key, value) => {
      plan.tx.put(collection, key, value)
      noted(collection, key)
    },
    remove: (collection, key) => {
      plan.tx.remove(collection, key)
      noted(collection, key)
    },
  }
  return {
    tx,
    detail: plan.detail,
    changes: async () => {
      for (const [collection, keys] of written) await cache.loadKeys(collection, [...keys])
      return plan.changes()
    },
    end: () => {
      state.over = true
      plan.end()
    },
  }
}
