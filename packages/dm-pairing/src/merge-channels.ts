import type {
  ChannelName,
  Collection,
  CredentialStore,
  Json,
  Scope,
  Transaction,
} from '@openclaw/pairing-contracts'
import { HOUSEKEEPING } from './actors.ts'
import { RESTS, SENDERS, SETTLED } from './collections.ts'
import { OWNERS } from './owner-records.ts'

/** Records that outlive a request, by channel first; they are moved as they are. */
const MOVED: readonly Collection<Json>[] = [SENDERS, SETTLED, RESTS, OWNERS].map(({ name }) => ({
  name,
  decode: (value) => value,
  encode: (value) => value,
}))

/**
 * Moves what was decided under the name of a channel that is another name of one now: who is in, who is blocked, who was
 * rejected, who is an owner. Where both say something of one person, the channel's own word stands, but a block outranks
 * it. Requests are left alone: they are over within the hour. Writes nothing where there is nothing to move.
 *
 * @param merged - the name that was, and the channel that it is
 */
export async function mergeChannels(
  store: CredentialStore,
  merged: Readonly<Record<string, ChannelName>>,
): Promise<void> {
  for (const from of unmergedChannels(store, merged)) {
    const prefix = `${from}/`
    const into = String(merged[from])
    const scope = `dm/${into}/merge` as Scope
    await store.transact({ scope, actor: HOUSEKEEPING, action: 'dm.housekeeping' }, async (tx) => {
      await moveBlocked(tx, prefix, `${into}/`)
      for (const each of MOVED) await move(tx, each, [prefix, `${into}/`])
    })
  }
}

/** The former names under which something still lies that {@link mergeChannels} would move. */
export function unmergedChannels(
  store: Pick<CredentialStore, 'view'>,
  merged: Readonly<Record<string, ChannelName>>,
): readonly string[] {
  return Object.keys(merged).filter((from) =>
    MOVED.some((each) => store.view(each).entries(`${from}/`).length > 0),
  )
}

async function moveBlocked(tx: Transaction, from: string, into: string): Promise<void> {
  for (const { key, value } of await tx.list(SENDERS, from))
    if (value.state === 'blocked') tx.put(SENDERS, into + key.slice(from.length), value)
}

async function move(
  tx: Transaction,
  collection: Collection<Json>,
  [from, into]: readonly [string, string],
): Promise<void> {
  for (const { key, value } of await tx.list(collection, from)) {
    const there = into + key.slice(from.length)
    if ((await tx.get(collection, there)) === undefined) tx.put(collection, there, value)
    tx.remove(collection, key)
  }
}
