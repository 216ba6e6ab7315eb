import { StoreClosed, StoreOverloaded } from '@openclaw/credential-store/kit'
import type { Context } from './context.ts'
import { LeaseOver, MarkOver } from './errors.ts'
import { asStoreError, isPassing } from './failures.ts'
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS, MARKS_AT_ONCE, MARKS_WAITING } from './limits.ts'
import type { Link } from './link.ts'
import { type MarkAnswer, type MarkAttempt, type MarkWish, noteAll } from './mark-statement.ts'
import type { Mark } from './mark-types.ts'
import { drawUuid } from './uuid.ts'

/** What marks work with. */
export interface MarkParts {
  readonly context: Context
  readonly quick: Pick<Link, 'run'>
}

/** Marks of this process, in the order of their calls for each key. */
export interface MarkQueue {
  /** What came of it; rejects where the lease is another's or nothing could be noted. */
  readonly add: (wish: MarkWish) => Promise<Exclude<MarkAnswer, 'over'>>
  /** Refuses what comes later, tries nothing again, and resolves when what was sent is settled. */
  readonly close: () => Promise<void>
}

interface WaitingMark {
  readonly wish: MarkWish
  readonly resolve: (answer: Exclude<MarkAnswer, 'over'>) => void
  readonly reject: (error: unknown) => void
}

interface QueueState {
  waiting: WaitingMark[]
  closed: boolean
  running: Promise<void> | undefined
}

/** While some are noted, the next gather. */
export function markQueue(parts: MarkParts): MarkQueue {
  const state: QueueState = { waiting: [], closed: false, running: undefined }
  const start = (): void => {
    state.running ??= drain(parts, state).finally(() => {
      state.running = undefined
      if (state.waiting.length > 0) start()
    })
  }
  return {
    add: (wish) =>
      new Promise((resolve, reject) => {
        const { waiting, closed } = state
        if (closed) return reject(new StoreClosed())
        if (waiting.length >= MARKS_WAITING) return reject(new StoreOverloaded(waiting.length))
        waiting.push({ wish, resolve, reject })
        start()
      }),
    close: async () => {
      state.closed = true
      while (state.running) await state.running
    },
  }
}

async function drain(parts: MarkParts, state: QueueState): Promise<void> {
  // what comes in the same breath shares the first round trip as well
  await Promise.resolve()
  while (state.waiting.length > 0) {
    const some = takeSome(state)
    const id = drawUuid(parts.context.ports.random)
    try {
      const attempt = { id, wishes: some.map(({ wish }) => wish) }
      const answers = await patiently(parts, state, attempt)
      for (const [index, mark] of some.entries()) settle(mark, answers[index] ?? 'refused')
    } catch (error) {
      for (const { reject } of some) reject(error)
    }
  }
}

/** As many as one statement may note: of each key the first. */
function takeSome(state: QueueState): readonly WaitingMark[] {
  const some = new Map<string, WaitingMark>()
  const rest: WaitingMark[] = []
  for (const mark of state.waiting) {
    const place = `${mark.wish.name}\0${mark.wish.key}`
    if (some.size < MARKS_AT_ONCE && !some.has(place)) some.set(place, mark)
    else rest.push(mark)
  }
  state.waiting = rest
  return [...some.values()]
}

/** Tries again for a while where waiting may help. */
async function patiently(
  { context, quick }: MarkParts,
  state: QueueState,
  attempt: MarkAttempt,
): Promise<readonly MarkAnswer[]> {
  const { ports, timing, address } = context
  const until = ports.monotonic() + timing.retryForMs
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    try {
      return await quick.run((session) => noteAll(session, context, attempt))
    } catch (error) {
      const failure = asStoreError(error, address.where)
      const isOver = state.closed || ports.monotonic() + wait > until
      if (!isPassing(failure) || isOver) throw failure
      await ports.sleep(wait)
    }
  }
}

function settle({ wish, resolve, reject }: WaitingMark, answer: MarkAnswer): void {
  if (answer === 'over') reject(new LeaseOver(wish.lease?.name ?? wish.name))
  else if (answer === 'refused' && wish.kind === 'put') reject(new MarkOver(wish.name))
  else resolve(answer)
}

/** True for what another noted before. */
export function isMark(answer: MarkAnswer): answer is Mark {
  return typeof answer === 'object'
}
