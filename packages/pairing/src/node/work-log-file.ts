import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { WORK_KEPT_MS, WORK_KEYS } from '../limits.ts'
import type { WorkLog, WorkStage } from '../work-log.ts'
import { beginOnce } from './begin-once.ts'
import { heirOf } from './heir.ts'
import { ensurePrivateDirectory, syncDirectory } from './private-files.ts'

interface Mark {
  readonly key: string
  readonly stage: WorkStage
  readonly at: number
}

const stages: ReadonlySet<string> = new Set(['delivering', 'replying', 'done'])

function parseMark(line: string): Mark | undefined {
  try {
    const { key, stage, at } = JSON.parse(line) as Partial<Mark>
    const whole = typeof key === 'string' && typeof at === 'number' && stages.has(stage as string)
    return whole ? { key, stage: stage as WorkStage, at } : undefined
  } catch {
    // A line that was cut off by a crash was never acknowledged.
    return undefined
  }
}

async function readMarks(path: string): Promise<Mark[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').flatMap((line) => parseMark(line) ?? [])
}

/** The newest mark of each key, oldest first, without those that no platform would deliver again. */
function newest(marks: readonly Mark[], now: number): Map<string, Mark> {
  const kept = new Map<string, Mark>()
  for (const mark of marks) {
    kept.delete(mark.key)
    if (now - mark.at < WORK_KEPT_MS) kept.set(mark.key, mark)
  }
  return new Map([...kept].slice(-WORK_KEYS))
}

const line = (mark: Mark): string => `${JSON.stringify(mark)}\n`

/**
 * A {@link WorkLog} in one small append-only file, mode 0600; each mark is synced. Rewritten when it has grown
 * to twice what it remembers.
 *
 * @throws the file system's error when the file exists but cannot be read: unreadable is not empty
 */
export async function fileWorkLog(path: string, now: () => number): Promise<WorkLog> {
  await ensurePrivateDirectory(dirname(path))
  let marks = newest(await readMarks(path), now())
  let file = await rewrite(path, marks)
  let lines = marks.size
  const waiting: Mark[] = []
  let writing: Promise<void> | undefined

  const write = async (batch: readonly Mark[]): Promise<void> => {
    if (lines >= 2 * WORK_KEYS) {
      marks = newest([...marks.values()], now())
      const next = await rewrite(path, marks)
      await file.close()
      file = next
      lines = marks.size
    }
    // Counted as due for a rewrite until it has landed: a half-written line must not swallow the next one.
    const before = lines
    lines = 2 * WORK_KEYS
    await file.appendFile(batch.map(line).join(''))
    await file.datasync()
    lines = before + batch.length
    for (const mark of batch) {
      marks.delete(mark.key)
      marks.set(mark.key, mark)
    }
  }
  /** Marks that arrive while one batch is written share the next one and its sync. */
  const next = async (): Promise<void> => {
    await writing?.catch(() => {})
    const batch = waiting.splice(0)
    if (batch.length > 0) await write(batch)
  }
  const mark = (key: string, stage: WorkStage): Promise<void> => {
    const first = waiting.push({ key, stage, at: now() }) === 1
    if (first || writing === undefined) writing = next()
    return writing
  }
  return {
    begin: beginOnce({ stageOf: (key) => marks.get(key)?.stage, mark }),
    mark,
    close: async () => {
      await writing?.catch(() => {})
      await file.close()
    },
  }
}

async function rewrite(path: string, marks: Map<string, Mark>) {
  const temporary = `${path}.${String(process.pid)}-${randomBytes(8).toString('hex')}.tmp`
  const heir = await heirOf(dirname(path))
  const file = await open(temporary, 'wx', 0o600)
  try {
    if (heir !== undefined) await file.chown(heir.uid, heir.gid)
    await file.appendFile([...marks.values()].map(line).join(''))
    await file.datasync()
    await rename(temporary, path)
    await syncDirectory(dirname(path))
    return file
  } catch (error) {
    await file.close()
    await rm(temporary, { force: true })
    throw error
  }
}
