import type { Gate } from '@openclaw/pairing-contracts'
import type { Figure } from '../../figure.ts'
import { collectGarbage } from '../../memory.ts'
import { pairingOn } from '../../postgres/pairing.ts'
import { pairingWith } from '../../state.ts'
import { spreadOf } from '../../stats.ts'
import { ALLOWED, throughput } from '../gate.ts'

const RUNS = 9
/** As fast as with files; two equal things measured by turns differ by so much. */
const AS_FAST = 0.9

/** `gate()` over the live views of a replica, by turns with the same over files. */
export async function postgresGateFigures(url: string): Promise<readonly Figure[]> {
  const pairing = await pairingOn(url, 'few_senders')
  try {
    return await pairingWith({ allowed: ALLOWED, pending: 0 }, async (files) => {
      const gates: readonly Gate[] = [files.gate, pairing.gate]
      for (const gate of gates) {
        await pairing.store.refresh()
        await throughput(gate, -1)
      }
      const [byFiles, byRows]: [number[], number[]] = [[], []]
      for (let run = 0; run < RUNS; run += 1) {
        collectGarbage()
        byFiles.push(await throughput(files.gate, run))
        collectGarbage()
        // a loop of calls gives nothing else a turn, the looks at the database neither
        await pairing.store.refresh()
        byRows.push(await throughput(pairing.gate, run))
      }
      const floor = { name: 'the same over files', value: spreadOf(byFiles).median }
      const ratios = byRows.map((rate, run) => rate / (byFiles[run] ?? Number.NaN))
      return [
        {
          name: 'PostgreSQL, gate(), allowed sender, 10,000 allowed',
          unit: 'calls/s',
          measured: spreadOf(byRows),
          runs: RUNS,
          floor,
        },
        {
          name: 'PostgreSQL, gate(), beside the same over files',
          unit: '× files',
          measured: spreadOf(ratios),
          runs: RUNS,
          floor: { name: 'the same over files', value: 1 },
          target: { sense: 'at-least', value: AS_FAST },
        },
      ]
    })
  } finally {
    await pairing.close()
  }
}
