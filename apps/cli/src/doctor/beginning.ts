import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileStore, StoreReport } from '@openclaw/credential-store'
import type { JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { absolute } from '../output/time.ts'
import type { Finding } from './finding.ts'

/** What only a gateway of ours leaves, and not in the journal's own folder. */
const OURS = /^(?:cookie-key|handled-[\w-]+\.jsonl)$/
/** The clock of a file system may be a tick off. */
const CLOCKS_MS = 1_000

/** Says so where the journal began, or would begin, from the well-known files: what was decided before is not in it. */
export async function beginningFindings(
  store: FileStore,
  report: StoreReport,
): Promise<readonly Finding[]> {
  const isWanting = report.segments === 0 && report.documents.length > 0
  // damage is told by others
  const [entry] = isWanting ? [] : await store.history(0 as Seq, 1).catch(() => [])
  const begun = entry?.action === 'store.take-over' && entry.seq === 1 ? entry : undefined
  if (begun === undefined && !isWanting) return []
  const used = await usedSince(store.root)
  const isAnew = used !== undefined && used < (begun?.time ?? Number.POSITIVE_INFINITY) - CLOCKS_MS
  const subject = join(store.root, 'pairing-journal')
  return [{ id: 'journal-beginning', subject, ...(isAnew ? anew(begun, used) : firstTime(begun)) }]
}

type Told = Pick<Finding, 'severity' | 'problem' | 'consequence' | 'fix'>

function anew(begun: JournalEntry | undefined, used: number): Told {
  const began =
    begun === undefined
      ? 'there is none, but there are credential files'
      : `it began at ${absolute(begun.time)} from the credential files`
  return {
    severity: 'warning',
    problem: `${began}, although a gateway of ours had run here since ${absolute(used)}`,
    consequence:
      'the journal of that time is gone, and with it its history, blocks and revocations: who was blocked may ask again; put it back from a backup with the gateway stopped, or look through who is let in',
    fix: 'openclaw pairing allowed',
  }
}

function firstTime(begun: JournalEntry | undefined): Told {
  if (begun === undefined) {
    return {
      severity: 'note',
      problem: 'there is none yet; the credential files are read as they are',
      consequence:
        'the next decision, or the gateway, begins one from them, as is right after OpenClaw 2026.2',
      fix: 'nothing to do; if there was a journal here, put it back from a backup first: blocks and revocations stand only there',
    }
  }
  return {
    severity: 'note',
    problem: `it began at ${absolute(begun.time)} from the credential files that were there`,
    consequence:
      'decisions before that are known only as far as those files tell, as is right after OpenClaw 2026.2',
    fix: 'nothing to do; if there was a journal here before, its history, blocks and revocations are gone: look through who is let in',
  }
}

/** When the oldest file of a gateway of ours was made; `undefined` where there is none, or the disk does not tell. */
async function usedSince(stateDir: string): Promise<number | undefined> {
  const times: number[] = []
  for (const folder of ['telegram', 'whatsapp', 'signal', 'webchat']) {
    for (const name of await namesIn(join(stateDir, folder))) {
      if (OURS.test(name)) times.push(await bornAt(join(stateDir, folder, name)))
    }
  }
  const known = times.filter((time) => time > 0)
  return known.length === 0 ? undefined : Math.min(...known)
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}

async function bornAt(file: string): Promise<number> {
  return stat(file).then(
    ({ birthtimeMs }) => birthtimeMs,
    () => 0,
  )
}
