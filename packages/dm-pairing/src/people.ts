import type {
  ChannelAddress,
  EpochMs,
  SenderAddress,
  SenderId,
  Transaction,
} from '@openclaw/pairing-contracts'
import {
  ALIASES,
  REQUESTS,
  RESTS,
  type RequestRecord,
  type RestRecord,
  SENDERS,
  type SenderRecord,
} from './collections.ts'
import { parseSenderKey, prefixOf, senderKeyOf } from './keys.ts'
import { MAX_PERSON_IDS } from './limits.ts'
import { type Known, mostTelling } from './same-person.ts'

/** Writes a sender's record, and where its other ids lead. For records whose other ids stay, a plain `put` does. */
export async function putSender(
  tx: Transaction,
  sender: SenderAddress,
  record: SenderRecord,
): Promise<void> {
  const before = (await tx.get(SENDERS, senderKeyOf(sender)))?.aliases ?? []
  const after = record.aliases ?? []
  for (const alias of before) if (!after.includes(alias)) await unlink(tx, sender, alias)
  for (const alias of after) await link(tx, sender, alias)
  tx.put(SENDERS, senderKeyOf(sender), record)
}

async function link(tx: Transaction, sender: SenderAddress, alias: SenderId): Promise<void> {
  const key = prefixOf(sender) + alias
  const of = (await tx.get(ALIASES, key))?.of ?? []
  if (!of.includes(sender.senderId)) tx.put(ALIASES, key, { of: [...of, sender.senderId] })
}

async function unlink(tx: Transaction, sender: SenderAddress, alias: SenderId): Promise<void> {
  const key = prefixOf(sender) + alias
  const of = (await tx.get(ALIASES, key))?.of ?? []
  const others = of.filter((id) => id !== sender.senderId)
  if (others.length > 0) tx.put(ALIASES, key, { of: others })
  else if (of.length > 0) tx.remove(ALIASES, key)
}

/** The records that stand under these ids or name one of them. */
export async function knownUnder(
  tx: Transaction,
  address: ChannelAddress,
  ids: readonly SenderId[],
): Promise<readonly Known[]> {
  const prefix = prefixOf(address)
  const found = new Map<SenderId, SenderRecord>()
  for (const id of ids) {
    const own = await tx.get(SENDERS, prefix + id)
    if (own) found.set(id, own)
    for (const primary of (await tx.get(ALIASES, prefix + id))?.of ?? []) {
      const record = await tx.get(SENDERS, prefix + primary)
      if (record?.aliases?.includes(id)) found.set(primary, record)
    }
  }
  return [...found].map(([senderId, record]) => ({ senderId, record }))
}

/** A request that waits, and whose it is. */
export interface Waiting {
  readonly sender: SenderAddress
  readonly request: RequestRecord
}

/** Everything that an account's records say of one person. */
export interface Person {
  /** All their ids, the one that was named first. */
  readonly ids: readonly SenderId[]
  readonly records: readonly Known[]
  /** Their requests, also one whose hour is over. */
  readonly requests: readonly Waiting[]
}

/** Looks for a person by one of their ids, and by those that lead on from it. */
export async function personOf(
  tx: Transaction,
  { channel, account, senderId }: SenderAddress,
): Promise<Person> {
  const address = { channel, account }
  const all = await requestsOf(tx, address)
  const ids = new Set([senderId])
  const records = new Map<SenderId, SenderRecord>()
  const requests = new Set<Waiting>()
  for (const id of ids) {
    if (ids.size > MAX_PERSON_IDS) break
    for (const known of await knownUnder(tx, address, [id])) {
      records.set(known.senderId, known.record)
      for (const other of [known.senderId, ...(known.record.aliases ?? [])]) ids.add(other)
    }
    for (const waiting of all.filter((each) => requestIds(each).includes(id))) {
      requests.add(waiting)
      for (const other of requestIds(waiting)) ids.add(other)
    }
  }
  return {
    ids: [...ids],
    records: [...records].map(([id, record]) => ({ senderId: id, record })),
    requests: [...requests],
  }
}

/** The ids of whoever made a request. */
export function requestIds({ sender, request }: Waiting): readonly SenderId[] {
  return [sender.senderId, ...(request.aliases ?? [])]
}

/** The requests of an account; with `ids` those of whoever has one of them. */
export async function requestsOf(
  tx: Transaction,
  address: ChannelAddress,
  ids?: readonly SenderId[],
): Promise<readonly Waiting[]> {
  const all = (await tx.list(REQUESTS, prefixOf(address))).flatMap(({ key, value }) => {
    const sender = parseSenderKey(key)
    return sender ? [{ sender, request: value }] : []
  })
  return ids === undefined
    ? all
    : all.filter((each) => requestIds(each).some((id) => ids.includes(id)))
}

/** The record of a person that decides. */
export function deciding({ records }: Person, now: EpochMs): Known | undefined {
  return mostTelling(records, now)
}

/** A person is not asked about again for a while, whichever id they write with. */
export function restPerson(tx: Transaction, waiting: Waiting, rest: RestRecord): void {
  const prefix = prefixOf(waiting.sender)
  for (const id of requestIds(waiting)) tx.put(RESTS, prefix + id, rest)
}

/** A person may ask again. */
export async function wakePerson(
  tx: Transaction,
  address: ChannelAddress,
  ids: readonly SenderId[],
): Promise<void> {
  for (const id of ids) {
    const key = prefixOf(address) + id
    if ((await tx.get(RESTS, key)) !== undefined) tx.remove(RESTS, key)
  }
}
