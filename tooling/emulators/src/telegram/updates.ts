import type { RawUpdate } from './people.ts'

/** What `getUpdates` was asked. */
export interface UpdatesQuery {
  readonly offset: number
  readonly limit: number
  readonly timeoutMs: number
  readonly allowed: readonly string[] | undefined
}

/** Ends a wait: with updates, or `undefined` because another poller came. */
export type UpdatesAnswer = readonly RawUpdate[] | undefined

/** The queue of updates that the platform keeps for the bot. */
export interface UpdateQueue {
  readonly push: (update: RawUpdate) => number | undefined
  readonly redeliver: (updateId: number) => void
  readonly restartIds: (first: number) => void
  readonly pending: () => readonly number[]
  readonly waiting: () => boolean
  readonly get: (query: UpdatesQuery, gone: AbortSignal) => Promise<UpdatesAnswer>
  /** Ends the wait as another poller would. */
  readonly displace: () => void
}

interface Held {
  readonly id: number
  readonly update: RawUpdate
  /** Given out once whatever the offset says, as a platform does that lost a confirmation. */
  readonly again?: boolean
}

/** Kinds that a bot gets only when it asks for them. */
const ON_REQUEST = ['chat_member', 'message_reaction', 'message_reaction_count']

/** An offset further ahead than this is taken for a mistake and ignored. */
const OFFSET_AHEAD = 10

const kindOf = (update: RawUpdate): string =>
  Object.keys(update).find((key) => key !== 'update_id') ?? ''

/**
 * An update queue with the semantics of the Bot API: a positive offset confirms what lies before it, one that is more
 * than ten ahead is ignored, a poll that has to wait ends the wait of an older one.
 */
export function updateQueue(firstId: number): UpdateQueue {
  const box = mailbox(firstId)
  let allowed: readonly string[] = []
  let wait: Wait | undefined

  const isWanted = (update: RawUpdate): boolean => {
    const kind = kindOf(update)
    return allowed.length > 0 ? allowed.includes(kind) : !ON_REQUEST.includes(kind)
  }
  const wake = (): void => {
    const ready = wait ? box.take(wait.query) : []
    if (ready.length > 0) wait?.end(ready)
  }
  return {
    push: (update) => {
      if (!isWanted(update)) return undefined
      const id = box.add(update)
      wake()
      return id
    },
    redeliver: (updateId) => {
      box.repeat(updateId)
      wake()
    },
    restartIds: box.restartIds,
    pending: box.pending,
    waiting: () => wait !== undefined,
    displace: () => wait?.end(undefined),
    get: (query, gone) => {
      allowed = query.allowed ?? allowed
      const ready = box.take(query)
      if (ready.length > 0 || query.timeoutMs === 0) return Promise.resolve(ready)
      wait?.end(undefined)
      return new Promise((resolve) => {
        const mine = waitFor(query, gone, (answer) => {
          if (wait === mine) wait = undefined
          resolve(answer)
        })
        wait = mine
      })
    },
  }
}

interface Wait {
  readonly query: UpdatesQuery
  readonly end: (answer: UpdatesAnswer) => void
}

/** Ends by itself when the time is over or the poller has gone, with nothing. */
function waitFor(query: UpdatesQuery, gone: AbortSignal, ended: Wait['end']): Wait {
  const end = (answer: UpdatesAnswer): void => {
    clearTimeout(timer)
    gone.removeEventListener('abort', leave)
    ended(answer)
  }
  const leave = (): void => end([])
  const timer = setTimeout(leave, query.timeoutMs)
  gone.addEventListener('abort', leave, { once: true })
  return { query, end }
}

/** What the platform holds for the bot. */
interface Mailbox {
  readonly add: (update: RawUpdate) => number
  readonly repeat: (updateId: number) => void
  readonly restartIds: (first: number) => void
  readonly pending: () => readonly number[]
  /** Confirms what the offset confirms and gives what comes next. */
  readonly take: (query: UpdatesQuery) => readonly RawUpdate[]
}

function mailbox(firstId: number): Mailbox {
  let nextId = firstId
  let held: Held[] = []
  const all = new Map<number, RawUpdate>()

  const hold = (entry: Held): void => {
    all.set(entry.id, entry.update)
    const last = held.at(-1)
    held.push(entry)
    if (last && last.id > entry.id) held.sort((a, b) => a.id - b.id)
  }
  const confirm = (offset: number): void => {
    if (offset > nextId + OFFSET_AHEAD) return
    const from = offset < 0 ? (held.at(offset)?.id ?? 0) : offset
    held = held.filter(({ id, again }) => id >= from || again)
  }
  return {
    add: (update) => {
      const { update_id: given } = update
      const id = typeof given === 'number' ? given : nextId
      nextId = Math.max(nextId, id + 1)
      hold({ id, update: { update_id: id, ...update } })
      return id
    },
    repeat: (updateId) => {
      const update = all.get(updateId)
      if (update) hold({ id: updateId, update, again: true })
    },
    restartIds: (first) => {
      nextId = first
    },
    pending: () => held.map(({ id }) => id),
    take: ({ offset, limit }) => {
      confirm(offset)
      const given = held.slice(0, limit)
      held = held.filter((entry) => !entry.again || !given.includes(entry))
      return given.map(({ update }) => update)
    },
  }
}
