import { type Anomaly, CAP, type Landed, type Run, type Write } from './lines.ts'
import { anomaly, decisiveRun, type Operation } from './operations.ts'
import { type States, statesOf } from './states.ts'

/** What was acknowledged is in the journal once, what failed is not, and nobody knows twice of the rest. */
export function checkOutcomes(operations: readonly Operation[]): Anomaly[] {
  return operations.flatMap((operation) => {
    const { op, outcome, landed, action } = operation
    const run = decisiveRun(operation)
    if (landed.length > 1)
      return [anomaly('once', `${op} (${action}) landed ${String(landed.length)} times`, [op])]
    if (outcome === 'failed' && landed.length > 0)
      return [
        anomaly('once', `${op} (${action}) failed (${String(operation.code)}) and landed`, [op]),
      ]
    if (outcome === 'ok' && run === undefined)
      return [anomaly('once', `${op} (${action}) was acknowledged and did not run`, [op])]
    if (outcome === 'ok' && landed.length === 0 && (run?.writes.length ?? 0) > 0)
      return [anomaly('lost', `${op} (${action}) was acknowledged and is not in the journal`, [op])]
    return landed.flatMap((entry) => checkContent(operation, entry))
  })
}

function checkContent(operation: Operation, entry: Landed): Anomaly[] {
  const run = decisiveRun(operation)
  if (run === undefined)
    return [
      anomaly('once', `entry ${String(entry.seq)} is of a run that there was not`, [operation.op]),
    ]
  if (textOf(run.writes) === textOf(entry.changes)) return []
  const what = `entry ${String(entry.seq)} says ${textOf(entry.changes)}, planned was ${textOf(run.writes)}`
  return [anomaly('once', what, [operation.op])]
}

function textOf(writes: readonly Write[]): string {
  return writes
    .map(({ collection, key, value }) => JSON.stringify([collection, key, value]))
    .sort()
    .join(' ')
}

/** The journal has no gaps, nothing of strangers, and its times do not go back. */
export function checkEntries(
  { journal }: Run,
  operations: ReadonlyMap<string, Operation>,
): Anomaly[] {
  return journal.flatMap((entry, index) => {
    const found: Anomaly[] = []
    const before = journal[index - 1]
    if (entry.seq !== index + 1)
      found.push(anomaly('gap', `entry ${String(index + 1)} is ${String(entry.seq)}`))
    if (entry.op === undefined || !operations.has(entry.op))
      found.push(
        anomaly('stranger', `entry ${String(entry.seq)} is nobody's (${String(entry.op)})`),
      )
    // one ms is cut off, and the clock of a process and the database's may drift apart while it holds the lock
    if (before !== undefined && entry.time < before.time - 2)
      found.push(anomaly('time', `entry ${String(entry.seq)} is older than the one before it`))
    return found
  })
}

/** What was acknowledged before another began stands before it. */
export function checkRealTime(operations: readonly Operation[]): Anomaly[] {
  const landed = operations
    .filter((each) => each.landed.length > 0)
    .sort((one, other) => seqOf(one) - seqOf(other))
  const found: Anomaly[] = []
  let first: Operation | undefined
  for (const operation of landed.toReversed()) {
    if (first !== undefined && first.ended < operation.invoked) {
      const what = `${first.op} was acknowledged before ${operation.op} began, and stands behind it`
      found.push(anomaly('real-time', what, [first.op, operation.op]))
    }
    if (first === undefined || operation.ended < first.ended) first = operation
  }
  return found
}

/** Where the journal has it first. */
export function seqOf({ landed }: Operation): number {
  return landed[0]?.seq ?? 0
}

/** Each landed transaction saw exactly the state before it; each that only read, one state of the time that it took. */
export function checkReads(run: Run, operations: readonly Operation[]): Anomaly[] {
  const states = statesOf(run.journal)
  const writers = operations.filter(({ landed }) => landed.length > 0)
  const found = writers.flatMap((operation) => {
    const ran = decisiveRun(operation)
    const wrong = ran?.reads.find((read) => !states.agrees(read, seqOf(operation) - 1))
    if (wrong === undefined) return []
    const what = `${operation.op} (${operation.action}) at ${String(seqOf(operation))} did not see the state before it: ${JSON.stringify(wrong)}`
    return [anomaly('reads', what, [operation.op])]
  })
  return [...found, ...checkReaders(states, operations, run.journal.length)]
}

/**
 * A reader's place is the first that its reads fit and that is behind all that ended before it began; if there is any choice
 * of places, then this one.
 */
function checkReaders(states: States, operations: readonly Operation[], last: number): Anomaly[] {
  const readers = operations
    .filter(
      ({ outcome, landed, runs }) => outcome === 'ok' && landed.length === 0 && runs.length > 0,
    )
    .sort((one, other) => one.ended - other.ended)
  const ended = operations
    .filter((each) => each.landed.length > 0 && each.outcome === 'ok')
    .map((each) => ({ at: each.ended, seq: seqOf(each) }))
  const placed: { at: number; seq: number }[] = []
  const found: Anomaly[] = []
  for (const reader of readers) {
    const before = [...ended, ...placed].filter(({ at }) => at < reader.invoked)
    const lowest = Math.max(0, ...before.map(({ seq }) => seq))
    const later = operations.filter((each) => each.landed.length > 0 && each.invoked > reader.ended)
    const highest = Math.min(last, ...later.map((each) => seqOf(each) - 1))
    const reads = decisiveRun(reader)?.reads ?? []
    const seq = states.firstThat(reads, lowest, highest)
    if (seq === undefined) {
      const what = `${reader.op} (${reader.action}) fits no state from ${String(lowest)} to ${String(highest)}: ${JSON.stringify(reads)}`
      found.push(anomaly('reads', what, [reader.op]))
    } else placed.push({ at: reader.ended, seq })
  }
  return found
}

/** At no place of the journal are more places taken than the cap. */
export function checkCap({ journal }: Run): Anomaly[] {
  const taken = new Set<string>()
  return journal.flatMap(({ seq, changes, op = '' }) => {
    for (const { collection, key, value } of changes) {
      if (collection !== 'history.places') continue
      if (value === null) taken.delete(key)
      else taken.add(key)
    }
    return taken.size <= CAP
      ? []
      : [anomaly('cap', `${String(taken.size)} places taken at ${String(seq)}`, [op])]
  })
}

/** What is added was not there, what is taken out was. */
export function checkSets({ journal }: Run): Anomaly[] {
  const there = new Set<string>()
  return journal.flatMap(({ seq, changes, op = '' }) =>
    changes
      .filter(({ collection, key }) => collection === 'history.sets' && key.startsWith('s/'))
      .flatMap(({ key, value }) => {
        const isAdded = value !== null
        const isRight = there.has(key) !== isAdded
        if (isAdded) there.add(key)
        else there.delete(key)
        return isRight
          ? []
          : [
              anomaly('set', `${key} ${isAdded ? 'added' : 'removed'} twice at ${String(seq)}`, [
                op,
              ]),
            ]
      }),
  )
}

/** The rows are what the journal comes to, and the store's own check agrees. */
export function checkRows({ journal, rows, findings }: Run): Anomaly[] {
  const found = findings.map((text) => anomaly('verify', text))
  const last = JSON.stringify(statesOf(journal).all(journal.length))
  const sorted = JSON.stringify(
    Object.fromEntries(
      Object.entries(rows)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, each]) => [name, sortedByKey(each)]),
    ),
  )
  if (last !== sorted)
    found.push(anomaly('rows', `the journal comes to ${last}, the rows say ${sorted}`))
  return found
}

function sortedByKey<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)))
}
