import { dice } from './dice.ts'
import type { Fault, FaultKind } from './lines.ts'
import { stamp } from './lines.ts'

/** Something that is going to happen, in ms from the beginning. */
export interface Plan {
  readonly at: number
  readonly kind: FaultKind
  readonly target: string
  readonly forMs: number
  /** What the replica's time of day is off by from then on; for `clock`. */
  readonly skewMs: number
}

/** What a nemesis may do to the replicas and their server. Each resolves when the fault is over. */
export type Hands = Readonly<Record<FaultKind, (plan: Plan) => Promise<void>>>

/** The longest that each lasts, in ms; a part of it is drawn. */
const LONGEST: Readonly<Record<FaultKind, number>> = {
  // a process is away until it was started again
  kill: 800,
  stop: 4_500,
  'kill-server': 700,
  // longer than a view may answer by itself, longer than a lease, longer than a lock is left to somebody who is silent
  pause: 7_500,
  reset: 0,
  refuse: 3_000,
  'cut-before': 0,
  'cut-after': 0,
  clock: 0,
}

/** How often each comes, of the sum. */
const WEIGHTS: readonly (readonly [FaultKind, number])[] = [
  ['kill', 3],
  ['stop', 2],
  ['kill-server', 2],
  ['pause', 4],
  ['reset', 2],
  ['refuse', 2],
  ['cut-before', 3],
  ['cut-after', 4],
  ['clock', 2],
]

const SKEW_MS = 600_000

/** Faults of a run, the same for the same seed; only some kinds of them where `kinds` names them. */
export function planOf(
  seed: number,
  {
    replicas,
    durationMs,
    kinds,
  }: {
    readonly replicas: readonly string[]
    readonly durationMs: number
    readonly kinds?: readonly FaultKind[]
  },
): readonly Plan[] {
  const random = dice(seed)
  const bag = WEIGHTS.filter(([kind]) => kinds?.includes(kind) ?? true).flatMap(([kind, weight]) =>
    Array.from({ length: weight }, () => kind),
  )
  const plans: Plan[] = []
  if (bag.length === 0) return plans
  for (
    let at = 1_000 + random.below(1_000);
    at < durationMs - 1_000;
    at += 200 + random.below(2_300)
  ) {
    const kind = random.oneOf(bag)
    const target = kind === 'kill-server' ? 'server' : random.oneOf(replicas)
    const forMs = random.below(LONGEST[kind] + 1)
    plans.push({ at, kind, target, forMs, skewMs: skewOf(random.below(2 * SKEW_MS)) })
  }
  return plans
}

/** ± 10 minutes. */
export function skewOf(drawn: number): number {
  return drawn - SKEW_MS
}

/** Carries the plans out; a target to which something is being done is left alone. Resolves when all is over. */
export async function carryOut(plans: readonly Plan[], hands: Hands): Promise<readonly Fault[]> {
  const start = stamp()
  const busy = new Set<string>()
  const faults: Fault[] = []
  const running: Promise<void>[] = []
  for (const plan of plans) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, plan.at - (stamp() - start))))
    const { kind, target } = plan
    if (busy.has(target)) continue
    busy.add(target)
    const from = stamp()
    running.push(
      hands[kind](plan).finally(() => {
        faults.push({ kind, target, from, to: stamp() })
        busy.delete(target)
      }),
    )
  }
  await Promise.all(running)
  return faults
}
