import { checkKey, isWholeText, NameRefused } from '@openclaw/credential-store/kit'
import type { Context } from './context.ts'
import { keyColumns } from './keys.ts'
import type { Lease } from './lease-types.ts'
import { MAX_MARKS_NAME_LENGTH, MAX_STAGE_LENGTH } from './limits.ts'
import { isMark, type MarkParts, type MarkQueue, markQueue } from './mark-queue.ts'
import type { MarkWish } from './mark-statement.ts'
import { type MarkSweeper, sweepMarks } from './mark-sweep.ts'
import type { Marks, NamedMarks } from './mark-types.ts'
import { checkName } from './names.ts'
import type { SideLink } from './side-link.ts'

/** The marks of a store. */
export interface StoreMarks extends Marks {
  /** Settles what was sent, and refuses what comes later. */
  readonly close: () => Promise<void>
}

/** Nothing is asked of the database, and no timer runs, before something is noted. */
export function marksOn(parts: MarkParts & { readonly side: SideLink }): StoreMarks {
  const queue = markQueue(parts)
  const sweeper = sweepMarks(parts)
  return {
    of: (name, lease) => {
      checkName(name, 'name of marks')
      if (name.length > MAX_MARKS_NAME_LENGTH) {
        throw new NameRefused(
          `the name of marks must be 1–${String(MAX_MARKS_NAME_LENGTH)} characters of text`,
        )
      }
      return namedMarks(parts.context, { queue, sweeper }, { name, lease })
    },
    close: async () => {
      await Promise.all([queue.close(), sweeper.stop()])
    },
  }
}

function namedMarks(
  { sha256 }: Context,
  { queue, sweeper }: { readonly queue: MarkQueue; readonly sweeper: MarkSweeper },
  {
    name,
    lease,
  }: { readonly name: string; readonly lease: Pick<Lease, 'name' | 'epoch'> | undefined },
): NamedMarks {
  const wish = (kind: MarkWish['kind'], key: string, stage: string): MarkWish => {
    checkKey(key)
    checkStage(stage)
    sweeper.noted(name)
    return { kind, name, key: keyColumns(sha256, key).key, stage, lease }
  }
  return {
    begin: async (key, stage) => {
      const answer = await queue.add(wish('begin', key, stage))
      return isMark(answer) ? answer : undefined
    },
    put: async (key, stage) => {
      await queue.add(wish('put', key, stage))
    },
    take: async (key, before) =>
      (await queue.add({ ...wish('take', key, before.stage), before })) === 'noted',
  }
}

function checkStage(stage: string): void {
  if (stage.length > 0 && stage.length <= MAX_STAGE_LENGTH && isWholeText(stage)) return
  throw new NameRefused(`a stage must be 1–${String(MAX_STAGE_LENGTH)} characters of text`)
}
