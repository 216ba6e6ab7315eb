import type { Anomaly, History, Landed, Ran, Run } from './lines.ts'

/** What became of one call of `transact`, by what its process wrote down and by the journal. */
export interface Operation {
  readonly op: string
  readonly action: string
  readonly invoked: number
  /** `unknown`: the process died, or was told that nobody knows. */
  readonly outcome: 'ok' | 'failed' | 'unknown'
  /** When its outcome was told; for ever later where it was not. */
  readonly ended: number
  readonly code?: string
  /** Its runs, oldest first. */
  readonly runs: readonly Ran[]
  /** Where the journal has it; none for what changed nothing or did not land. */
  readonly landed: readonly Landed[]
}

/** Operations of all processes, by name. */
export function operationsOf({ histories, journal }: Run): ReadonlyMap<string, Operation> {
  const landed = new Map<string | undefined, Landed[]>()
  for (const entry of journal) landed.set(entry.op, [...(landed.get(entry.op) ?? []), entry])
  const all = histories.flatMap(operationsIn)
  return new Map(all.map((each) => [each.op, { ...each, landed: landed.get(each.op) ?? [] }]))
}

type Open = { -readonly [name in keyof Omit<Operation, 'landed' | 'runs'>]: Operation[name] } & {
  runs: Ran[]
}

function operationsIn({ lines }: History): readonly Omit<Operation, 'landed'>[] {
  const found = new Map<string, Open>()
  for (const line of lines) {
    if (line.k === 'invoke') {
      const { op, action, at } = line
      const ended = Number.POSITIVE_INFINITY
      found.set(op, { op, action, invoked: at, outcome: 'unknown', ended, runs: [] })
    }
    if (line.k === 'ran') found.get(line.op)?.runs.push(line)
    if (line.k === 'ok') Object.assign(found.get(line.op) ?? {}, { outcome: 'ok', ended: line.at })
    if (line.k === 'failed') {
      const { op, at, code } = line
      const isUnknown = code === 'ERR_STORE_OUTCOME_UNKNOWN'
      const outcome = isUnknown ? 'unknown' : 'failed'
      const ended = isUnknown ? Number.POSITIVE_INFINITY : at
      Object.assign(found.get(op) ?? {}, { outcome, ended, code })
    }
  }
  return [...found.values()]
}

/** The run that landed, or else the last one: what it read is what the operation rests on. */
export function decisiveRun({ runs, landed }: Operation): Ran | undefined {
  const [entry] = landed
  return entry === undefined ? runs.at(-1) : runs.find(({ run }) => run === entry.run)
}

/** An anomaly about some operations. */
export function anomaly(rule: string, what: string, ops: readonly string[] = []): Anomaly {
  return { rule, what, ops }
}
