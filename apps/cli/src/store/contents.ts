import type { ImageHead, ImageItem, ImageSource } from '@openclaw/credential-store/transfer'
import type { JournalEntry } from '@openclaw/pairing-contracts'
import { objectOf, textOf } from '../audit/fields.ts'

/** People of one channel. */
export interface ChannelCount {
  readonly channel: string
  readonly allowed: number
  readonly blocked: number
  readonly waiting: number
}

/** What a store holds, counted. */
export interface Contents {
  readonly people: readonly ChannelCount[]
  readonly owners: number
  readonly devices: { readonly paired: number; readonly waiting: number }
  readonly records: number
  readonly journal: {
    readonly entries: number
    /** Numbers of the first and the last; 0 when there is none. */
    readonly from: number
    readonly to: number
    /** When they were made, in ms; absent when there is none. */
    readonly oldest?: number
    readonly newest?: number
  }
}

interface Count {
  readonly channels: Map<string, { allowed: number; blocked: number; waiting: number }>
  owners: number
  paired: number
  asking: number
  first: JournalEntry | undefined
  last: JournalEntry | undefined
}

/** Reads a whole image and counts what is in it. */
export async function contentsOf(
  source: ImageSource,
  wish: { readonly id: string; readonly madeAt: ImageHead['madeAt'] },
): Promise<{ readonly head: ImageHead; readonly contents: Contents }> {
  return source.withImage(wish, async ({ head, items }) => {
    const start = { owners: 0, paired: 0, asking: 0, first: undefined, last: undefined }
    const count: Count = { channels: new Map(), ...start }
    for await (const item of items) add(count, item)
    return { head, contents: resultOf(count, head) }
  })
}

function add(count: Count, item: ImageItem): void {
  if (item.kind === 'entry') {
    count.first ??= item.entry
    count.last = item.entry
    return
  }
  const { collection, key, value } = item
  if (collection === 'dm.senders') addPerson(count, key, textOf(objectOf(value)?.['state']))
  else if (collection === 'dm.requests') addPerson(count, key, 'waiting')
  else if (collection === 'dm.owners') count.owners += 1
  else if (collection === 'devices.paired' || collection === 'nodes.paired') count.paired += 1
  else if (collection === 'devices.requests' || collection === 'nodes.requests') count.asking += 1
}

function addPerson({ channels }: Count, key: string, state: string | undefined): void {
  if (state !== 'allowed' && state !== 'blocked' && state !== 'waiting') return
  const channel = key.slice(0, Math.max(0, key.indexOf('/')))
  const known = channels.get(channel) ?? { allowed: 0, blocked: 0, waiting: 0 }
  known[state] += 1
  channels.set(channel, known)
}

function resultOf(
  { channels, owners, paired, asking, first, last }: Count,
  { records, entries }: ImageHead,
): Contents {
  const people = [...channels].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    people: people.map(([channel, counts]) => ({ channel, ...counts })),
    owners,
    devices: { paired, waiting: asking },
    records,
    journal: {
      ...{ entries, from: first?.seq ?? 0, to: last?.seq ?? 0 },
      ...(first && last && { oldest: first.time, newest: last.time }),
    },
  }
}
