import type { Figure } from '../figure.ts'
import { fillRequests, fillSenders } from '../postgres/rows.ts'
import { withDatabase } from '../postgres/server.ts'
import { postgresApproveFigures } from './postgres/approve.ts'
import { postgresGateFigures } from './postgres/gate.ts'
import { REQUESTS, rateFigures } from './postgres/rates.ts'
import { startFigures } from './postgres/start.ts'

const MANY = 1_000_000
const SOME = 10_000

/** The store on a PostgreSQL server of our own, which syncs as it does where it is in use. */
export function postgresFigures(): Promise<readonly Figure[]> {
  return withDatabase(async (database) => {
    const { url } = database
    process.stderr.write('  filling tables …\n')
    await fillSenders(url, 'many_senders', MANY)
    await fillSenders(url, 'few_senders', SOME)
    await fillSenders(url, 'no_senders', 0)
    await fillRequests(url, 'few_senders', { from: 0, count: REQUESTS })
    const steps: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
      'start and memory': () => startFigures(url, MANY),
      approvals: () => postgresApproveFigures(url),
      'the gate': () => postgresGateFigures(url),
      'rates of approvals': () => rateFigures(database),
    }
    const figures: Figure[] = []
    for (const [name, measure] of Object.entries(steps)) {
      process.stderr.write(`  ${name} …\n`)
      figures.push(...(await measure()))
    }
    return figures
  })
}
