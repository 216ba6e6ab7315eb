import { setTimeout as wait } from 'node:timers/promises'
import type { Mark, NamedMarks } from '@openclaw/credential-store-postgres'
import { isOpenClawError, type ReplicaId } from '@openclaw/pairing-contracts'
import { WORK_ELSEWHERE_MS, WORK_LOOK_MS } from '../limits.ts'
import { type WorkBegun, WorkHandedOver, type WorkLog, type WorkStage } from '../work-log.ts'

/** What a shared work log is kept on. */
export interface SharedWork {
  /** Of one account; under its lease, where only one gateway has the account. */
  readonly marks: NamedMarks
  /** This opening of the store. */
  readonly replica: ReplicaId
  /** Whether another one still lives. One that is taken for dead and lives after all notes nothing more. */
  readonly isAlive: (replica: ReplicaId) => boolean
}

/** Times of a shared work log, in ms. */
export interface SharedWorkTiming {
  /** How long a message that another gateway is at waits for its end; 15,000. */
  readonly elsewhereMs: number
  /** How often it is looked at meanwhile; 1,000. */
  readonly lookMs: number
}

const TIMING: SharedWorkTiming = { elsewhereMs: WORK_ELSEWHERE_MS, lookMs: WORK_LOOK_MS }

/**
 * A {@link WorkLog} of all gateways that share a store. A message that another one is at waits for a moment: when that gateway dies, this one
 * goes on with it; `elsewhere` says that it lives on.
 *
 * Under a lease what an earlier holder began is ours at once: it can note nothing more, and so says nothing more.
 */
export function sharedWorkLog(shared: SharedWork, timing: Partial<SharedWorkTiming> = {}): WorkLog {
  const closing = new AbortController()
  const { elsewhereMs, lookMs } = { ...TIMING, ...timing }
  return {
    begin: async (key) => {
      for (let left = elsewhereMs; ; left -= lookMs) {
        const begun = await orHandedOver(look(shared, key))
        if (begun !== 'elsewhere' || left <= 0 || closing.signal.aborted) return begun
        await wait(lookMs, undefined, { signal: closing.signal }).catch(() => {})
      }
    },
    mark: (key, stage) => orHandedOver(shared.marks.put(columnOf(key), stage)),
    close: async () => closing.abort(),
  }
}

async function look({ marks, replica, isAlive }: SharedWork, key: string): Promise<WorkBegun> {
  const begun = await marks.begin(columnOf(key), 'delivering')
  if (begun === undefined) return 'new'
  const stage = stageOf(begun)
  if (stage === 'done') return stage
  if (begun.replica === replica && !begun.isOver) return stage
  if (!begun.isOver && isAlive(begun.replica)) return 'elsewhere'
  // who is late by a moment looks again at who was not
  return (await marks.take(columnOf(key), begun)) ? stage : 'elsewhere'
}

/** What a later version may have noted is not repeated. */
function stageOf({ stage }: Mark): WorkStage {
  return stage === 'done' || stage === 'delivering' ? stage : 'replying'
}

/** Keys of platforms may hold what no column does; the same text unless they do. */
function columnOf(key: string): string {
  return JSON.stringify(key).slice(1, -1)
}

async function orHandedOver<R>(noting: Promise<R>): Promise<R> {
  try {
    return await noting
  } catch (error) {
    if (isOpenClawError(error) && isOver.has(error.code)) throw new WorkHandedOver()
    throw error
  }
}

const isOver: ReadonlySet<string> = new Set(['ERR_STORE_LEASE_OVER', 'ERR_STORE_MARK_OVER'])
