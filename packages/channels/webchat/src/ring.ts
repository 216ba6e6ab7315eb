import { RING_CHARS, RING_EVENTS } from './limits.ts'

/** One text of a conversation, as the page shows it. */
export interface ChatEntry {
  readonly from: 'bot' | 'you'
  /** The same for the same text, also from another run of the gateway. */
  readonly key: string
  readonly text: string
  readonly copyable?: string
  readonly preformatted?: string
  /** ms since 1970 */
  readonly at: number
}

/** An entry and its place in the order of this run. */
export interface Numbered {
  readonly number: number
  readonly entry: ChatEntry
}

/** The last texts of one conversation, bounded by count and size. */
export interface Ring {
  /** False when an entry with this key is there already. */
  readonly add: (numbered: Numbered) => boolean
  readonly after: (number: number) => readonly Numbered[]
}

/** An empty {@link Ring}. The newest entry is always kept, however large. */
export function ring(): Ring {
  const kept: Numbered[] = []
  let size = 0
  return {
    add: (numbered) => {
      if (kept.some(({ entry }) => entry.key === numbered.entry.key)) return false
      kept.push(numbered)
      size += numbered.entry.text.length
      while (kept.length > 1 && (kept.length > RING_EVENTS || size > RING_CHARS)) {
        size -= kept.shift()?.entry.text.length ?? 0
      }
      return true
    },
    after: (number) => kept.filter((each) => each.number > number),
  }
}
