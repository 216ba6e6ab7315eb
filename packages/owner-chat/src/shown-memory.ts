import type { ShownRequest } from '@openclaw/device-pairing'
import type { Actor, CredentialStore, EpochMs, Scope } from '@openclaw/pairing-contracts'
import { isShownWhole } from './device-card.ts'
import { MAX_SHOWN, NUMBER_REST_MS, SHOWN_LIFE_MS } from './limits.ts'
import { lastTime, SHOWN, type ShownItem, type ShownTime } from './shown-collection.ts'

/** An owner in their chat. */
export type ChatOwner = Extract<Actor, { kind: 'owner' }>

/** What a card of it was made of. */
export type ShownCard = Pick<ShownRequest, 'requestId' | 'digest' | 'scopes' | 'commands'>

/** Which requests an owner was shown in their chat, and as what; durable, bounded, one chat apart from another. */
export interface ShownMemory {
  /**
   * Notes that these were shown, whole, by the card of each: call it as soon as the platform has taken the message. The same
   * again changes nothing. A request that its card does not show whole is left out.
   *
   * @param when - the store's time, and none of the platform's, unless given
   *
   * @returns what is remembered of those, with their numbers
   */
  readonly remember: (
    owner: ChatOwner,
    requests: readonly ShownCard[],
    when?: ShownTime,
  ) => Promise<readonly ShownItem[]>
  /** The numbers that {@link remember} would give, without noting anything. */
  readonly preview: (
    owner: ChatOwner,
    requests: readonly Pick<ShownCard, 'requestId'>[],
  ) => ReadonlyMap<string, number>
  /** What is remembered and not over, by number; synchronous, never older than the store's promise. */
  readonly of: (owner: ChatOwner) => readonly ShownItem[]
  /** True when this was shown last, and alone: what is said without a name can only mean it. */
  readonly isLast: (owner: ChatOwner, item: Pick<ShownItem, 'requestId'>) => boolean
  /** The request that a number means or meant in this chat. */
  readonly numbered: (owner: ChatOwner, number: number) => ShownItem | undefined
  /** Notes that these are over. */
  readonly forget: (owner: ChatOwner, requestIds: readonly string[]) => Promise<void>
}

/** What owners were shown, in the store. */
export function shownMemory(store: CredentialStore): ShownMemory {
  const view = store.view(SHOWN)
  const itemsOf = (owner: ChatOwner): readonly ShownItem[] => view.get(keyOf(owner)) ?? []
  return {
    of: (owner) => itemsOf(owner).filter(({ overAt }) => overAt === undefined),
    numbered: (owner, number) => itemsOf(owner).find((item) => item.number === number),
    preview: (owner, requests) => {
      const items = [...itemsOf(owner)]
      for (const { requestId } of requests) {
        if (items.some((item) => item.requestId === requestId)) continue
        items.push({ number: freeNumber(items), requestId, digest: '', ...NEVER })
      }
      return new Map(items.map(({ requestId, number }) => [requestId, number]))
    },
    isLast: (owner, { requestId }) => {
      const items = itemsOf(owner)
      const lastAt = items.find((item) => item.requestId === requestId)?.lastAt ?? 0
      return items.every((item) => item.requestId === requestId || item.lastAt < lastAt)
    },
    remember: async (owner, requests, when) => {
      const whole = requests.filter(isShownWhole)
      const ids = new Set(whole.map(({ requestId }) => requestId))
      const items = await change(store, { owner, action: 'owner.show' }, (before, now) => {
        const known = current(before, now)
        const shown = { cards: whole, when: when ?? { at: now } }
        return isAgain(known, shown) ? known : withCards(known, shown)
      })
      return items.filter(({ requestId }) => ids.has(requestId))
    },
    forget: async (owner, requestIds) => {
      const over = new Set(requestIds)
      await change(store, { owner, action: 'owner.forget' }, (before, now) =>
        before.map((item) =>
          over.has(item.requestId) && item.overAt === undefined ? { ...item, overAt: now } : item,
        ),
      )
    },
  }
}

const NEVER = { shownAt: 0 as EpochMs, lastAt: 0 as EpochMs }

const keyOf = ({ channel, account, senderId }: ChatOwner): string =>
  `${channel}/${account}/${senderId}`

async function change(
  store: CredentialStore,
  { owner, action }: { readonly owner: ChatOwner; readonly action: string },
  next: (before: readonly ShownItem[], now: EpochMs) => readonly ShownItem[],
): Promise<readonly ShownItem[]> {
  const intent = { scope: 'owner/shown' as Scope, actor: owner, action }
  return store.transact(intent, async (tx) => {
    const key = keyOf(owner)
    const before = (await tx.get(SHOWN, key)) ?? []
    const after = next(before, tx.now)
    if (JSON.stringify(after) === JSON.stringify(before)) return before
    if (after.length === 0) tx.remove(SHOWN, key)
    else tx.put(SHOWN, key, after)
    return after
  })
}

/** Without those that can wait no more, and without numbers that have rested. */
function current(items: readonly ShownItem[], now: EpochMs): readonly ShownItem[] {
  return items.filter(({ lastAt, overAt }) =>
    overAt === undefined ? now - lastAt < SHOWN_LIFE_MS : now - overAt < NUMBER_REST_MS,
  )
}

/** Cards, and when they were shown. */
interface Shown {
  readonly cards: readonly ShownCard[]
  readonly when: ShownTime
}

/** True when these, and nothing else, were the last that was shown, as they are. */
function isAgain(items: readonly ShownItem[], { cards, when }: Shown): boolean {
  const latest = Math.max(...items.map(({ lastAt }) => lastAt))
  const last = items.filter(({ lastAt }) => lastAt === latest)
  const isSame = (item: ShownItem): boolean =>
    item.overAt === undefined &&
    cards.some(({ requestId, digest }) => item.requestId === requestId && item.digest === digest) &&
    isInOrder(lastTime(item), when)
  return last.length === cards.length && last.every(isSame)
}

/** False when a clock was set back since, or the platform's time was not known: then the new times are those to go by. */
function isInOrder(before: ShownTime, now: ShownTime): boolean {
  if (before.at > now.at) return false
  return now.sentAt === undefined || (before.sentAt !== undefined && before.sentAt <= now.sentAt)
}

function withCards(items: readonly ShownItem[], { cards, when }: Shown): readonly ShownItem[] {
  // A clock that was set back does not make them later than what is shown now.
  const after = items.map((item) => ({ ...item, lastAt: earlier(item.lastAt, when.at) }))
  for (const { requestId, digest } of cards) {
    const index = after.findIndex((item) => item.requestId === requestId)
    const [known] = index < 0 ? [] : after.splice(index, 1)
    const isSame = known?.digest === digest && known.overAt === undefined
    const number = known?.number ?? freeNumber(after)
    after.push({ number, requestId, digest, ...timesOf(isSame ? known : undefined, when) })
  }
  return after.slice(-MAX_SHOWN)
}

/** The times of an item that is shown now; `before`: as it was shown already. */
function timesOf(
  before: ShownItem | undefined,
  { at, sentAt }: ShownTime,
): Omit<ShownItem, 'number' | 'requestId' | 'digest'> {
  const shownAt = before === undefined ? at : earlier(before.shownAt, at)
  const sent = sentAt ?? before?.shownSentAt
  const first = sent && earlier(before?.shownSentAt ?? sent, sent)
  return {
    ...{ shownAt, lastAt: at },
    ...(first === undefined ? {} : { shownSentAt: first }),
    ...(sentAt === undefined ? {} : { lastSentAt: sentAt }),
  }
}

const earlier = (one: EpochMs, other: EpochMs): EpochMs => (one < other ? one : other)

function freeNumber(items: readonly ShownItem[]): number {
  const taken = new Set(items.map(({ number }) => number))
  let number = 1
  while (taken.has(number)) number += 1
  return number
}
