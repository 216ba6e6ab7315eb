import { usageOf } from '../children.ts'
import type { Figure } from '../figure.ts'
import { cliMain } from '../places.ts'
import { stateWith } from '../state.ts'
import { spreadOf } from '../stats.ts'

const RUNS = 15
const CPU_RATIO = 1.6
const PEAK_MB = 60
const MANY_SENDERS = 10_000

async function measure(
  env: Readonly<Record<string, string>>,
): Promise<{ ratios: number[]; peaks: number[]; floorMs: number[] }> {
  const [ratios, peaks, floorMs]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run <= RUNS; run += 1) {
    const floor = await usageOf(['-e', '0'], env)
    const list = await usageOf([cliMain, 'pairing', 'list', '--json'], env)
    if (run === 0) continue // the first pair warms the file cache
    ratios.push(list.cpuMs / floor.cpuMs)
    peaks.push(list.peakMb)
    floorMs.push(floor.cpuMs)
  }
  return { ratios, peaks, floorMs }
}

/** What `pairing list --json` costs, beside a Node that does nothing. */
export async function cliFigures(): Promise<readonly Figure[]> {
  const small = await stateWith({ allowed: 10, pending: 3 }, measure)
  const large = await stateWith({ allowed: MANY_SENDERS, pending: 3 }, measure)
  const floor = { name: 'node -e 0', value: 1 }
  const figure = (name: string, unit: string, values: readonly number[]): Figure => ({
    name,
    unit,
    measured: spreadOf(values),
    runs: values.length,
  })
  return [
    {
      ...figure('CLI pairing list --json, CPU', '× node -e 0', small.ratios),
      floor,
      target: { sense: 'at-most', value: CPU_RATIO },
    },
    {
      ...figure('CLI pairing list --json, peak memory', 'MB', small.peaks),
      target: { sense: 'at-most', value: PEAK_MB },
    },
    { ...figure('the same with 10,000 allowed senders, CPU', '× node -e 0', large.ratios), floor },
    figure('the same with 10,000 allowed senders, peak memory', 'MB', large.peaks),
    figure('node -e 0, CPU', 'ms', small.floorMs),
  ]
}
