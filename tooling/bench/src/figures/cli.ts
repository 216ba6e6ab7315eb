import { type Usage, usageOf } from '../children.ts'
import type { Figure } from '../figure.ts'
import { cliMain } from '../places.ts'
import { type Env, stateWith } from '../state.ts'
import { quantile, spreadOf } from '../stats.ts'

const RUNS = 11
const PAIRS = 5
const CPU_RATIO = 1.6
const PEAK_MB = 60
const MANY_SENDERS = 10_000

interface Measured {
  readonly ratios: readonly number[]
  readonly peaks: readonly number[]
  readonly floorMs: readonly number[]
}

const median = (usages: readonly Usage[], pick: keyof Usage) =>
  quantile(
    usages.map((each) => each[pick]),
    0.5,
  )

/** The two commands by turns, so that whatever slows the machine down slows both. */
async function pairs(
  env: Env,
  command: readonly string[],
): Promise<{ readonly floor: Usage[]; readonly list: Usage[] }> {
  const [floor, list]: [Usage[], Usage[]] = [[], []]
  for (let pair = 0; pair < PAIRS; pair += 1) {
    floor.push(await usageOf(['-e', '0'], env))
    list.push(await usageOf([cliMain, ...command], env))
  }
  return { floor, list }
}

async function measure(env: Env, command: readonly string[]): Promise<Measured> {
  const [ratios, peaks, floorMs]: [number[], number[], number[]] = [[], [], []]
  await pairs(env, command) // warms the file cache
  for (let run = 0; run < RUNS; run += 1) {
    const { floor, list } = await pairs(env, command)
    ratios.push(median(list, 'cpuMs') / median(floor, 'cpuMs'))
    peaks.push(median(list, 'peakMb'))
    floorMs.push(median(floor, 'cpuMs'))
  }
  return { ratios, peaks, floorMs }
}

const figure = (name: string, unit: string, values: readonly number[]): Figure => ({
  name,
  unit,
  measured: spreadOf(values),
  runs: values.length,
})

/** What `devices list --json` costs, beside a Node that does nothing. */
export async function deviceListFigures(env: Env): Promise<readonly Figure[]> {
  const { ratios, peaks } = await measure(env, ['devices', 'list', '--json'])
  return [
    {
      ...figure('CLI devices list --json, CPU', '× node -e 0', ratios),
      floor: { name: 'node -e 0', value: 1 },
      target: { sense: 'at-most', value: CPU_RATIO },
    },
    {
      ...figure('CLI devices list --json, peak memory', 'MB', peaks),
      target: { sense: 'at-most', value: PEAK_MB },
    },
  ]
}

/** What `pairing list --json` costs, beside a Node that does nothing. */
export async function cliFigures(): Promise<readonly Figure[]> {
  const people = (env: Env) => measure(env, ['pairing', 'list', '--json'])
  const small = await stateWith({ allowed: 10, pending: 3 }, people)
  const large = await stateWith({ allowed: MANY_SENDERS, pending: 3 }, people)
  const floor = { name: 'node -e 0', value: 1 }
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
