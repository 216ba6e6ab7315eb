import type { PostgresFinding, PostgresStore } from '@openclaw/credential-store-postgres'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Call } from '../args/types.ts'
import { runningGateway } from '../people/gateway-runs.ts'
import { settingFindings } from './database-settings.ts'
import type { Finding } from './finding.ts'
import { leftoverFindings } from './leftovers.ts'
import { databaseName } from './subject.ts'

/** What a database came to. */
export interface DatabaseExam {
  readonly journal: readonly Finding[]
  readonly files: readonly Finding[]
  readonly entries: number
}

/** Looks at the journal, the rows, the server and the way to it; writes nothing. */
export async function examineDatabase(
  call: Call,
  { pairing, store }: { readonly pairing: NodePairing; readonly store: PostgresStore },
): Promise<DatabaseExam> {
  const { paths } = pairing.config()
  const report = await store.verify()
  const settings = await store.settings()
  return {
    journal: [
      ...healthFinding(store),
      ...report.findings.map((found) => journalFinding(store, found)),
      ...settingFindings(store, settings),
      ...clockFinding(store, call.world.now()),
    ],
    files: [...(await otherGateway(paths.stateDir, store)), ...leftoverFindings(paths.stateDir)],
    entries: report.entries,
  }
}

function healthFinding(store: PostgresStore): readonly Finding[] {
  const { error } = store.health()
  if (error === undefined) return []
  return [
    {
      id: error.code,
      severity: 'error',
      subject: databaseName(store),
      problem: error.message,
      consequence: 'nothing is answered from it while that is so',
      fix: error.hint ?? 'put the database back from a backup',
    },
  ]
}

function journalFinding(store: PostgresStore, { what, place, problem }: PostgresFinding): Finding {
  return {
    id: `journal-${what}`,
    severity: 'error',
    subject: `${databaseName(store)}, ${place}`,
    problem,
    consequence:
      'another program wrote these tables, or the disk is damaged: what was decided may have been changed afterwards',
    fix: 'look who may write the tables, and put the database back from a backup',
  }
}

/** Further apart than any network makes them look, in ms. */
const CLOCKS_MS = 10_000

function clockFinding(store: PostgresStore, now: number): readonly Finding[] {
  const apart = now - store.clock.now()
  if (Math.abs(apart) - store.clockError() < CLOCKS_MS) return []
  const seconds = String(Math.round(Math.abs(apart) / 1_000))
  return [
    {
      id: 'clock',
      severity: 'warning',
      subject: 'the clock of this machine',
      problem: `it is ${seconds} s ${apart > 0 ? 'ahead of' : 'behind'} the clock of the ${databaseName(store)}`,
      consequence:
        'what ends when is decided by the database; times that are shown here, and in logs, are off by that',
      fix: 'set both clocks by the network (NTP)',
    },
  ]
}

async function otherGateway(stateDir: string, store: PostgresStore): Promise<readonly Finding[]> {
  const running = await runningGateway(stateDir)
  if (running?.store !== 'files') return []
  return [
    {
      id: 'gateway-on-files',
      severity: 'warning',
      subject: `gateway (process ${String(running.pid)})`,
      problem: 'the gateway that runs here keeps its state in files',
      consequence: `it sees nothing of what is decided in the ${databaseName(store)}`,
      fix: 'start it again with the same OPENCLAW_STORE_URL, or leave that out here',
    },
  ]
}
