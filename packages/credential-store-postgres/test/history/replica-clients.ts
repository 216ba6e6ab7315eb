import type { Actor, Json, Scope } from '@openclaw/pairing-contracts'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import type { PostgresStore } from '../../src/index.ts'
import { type Dice, dice } from './dice.ts'
import { CAP, type Line, stamp } from './lines.ts'
import { GRANTS, LEASED, PLACES, REGISTERS, type Recorder, recorder, SETS } from './recorder.ts'

/** What clients of one replica share. */
export interface ClientParts {
  readonly store: PostgresStore
  readonly say: (line: Line) => void
  readonly stop: AbortSignal
  readonly name: string
  readonly seed: number
}

type Work = (tx: Recorder) => Promise<void>

const counter = { ops: 0 }

/** One operation after another until `stop`, each written down before it begins and after it ended. */
export async function client(parts: ClientParts, number: number): Promise<void> {
  const random = dice(parts.seed * 31 + number)
  while (!parts.stop.aborted) {
    const [action, work] = drawWork(
      random,
      `${parts.name}/${String(number)}/${String(counter.ops)}`,
    )
    await operate(parts, action, work)
    await pause(random.below(60))
    await quiet()
  }
}

/** In which all replicas do nothing at the same time, in ms: what was missed before shows when nothing comes after it. */
const QUIET = { every: 6_000, for: 1_700 }

async function quiet(): Promise<void> {
  const left = QUIET.every - (stamp() % QUIET.every)
  if (left < QUIET.for) await pause(left)
}

/** Runs `work` as a transaction of a name of its own, which the journal's entry holds. */
async function operate(
  { store, say, name }: ClientParts,
  action: string,
  work: Work,
): Promise<void> {
  counter.ops += 1
  const op = `${name}:${String(counter.ops)}`
  const actor: Actor = { kind: 'library', name }
  let run = 0
  say({ k: 'invoke', op, action, at: stamp() })
  try {
    await store.transact({ scope: scopeOf(action), actor, action }, async (tx) => {
      run += 1
      const recorded = recorder(tx)
      const mine = run
      tx.note({ op, run: mine })
      await work(recorded)
      const { reads, writes } = recorded
      say({ k: 'ran', op, run: mine, now: tx.now, reads: reads(), writes: writes() })
    })
    say({ k: 'ok', op, at: stamp() })
  } catch (error) {
    say({ k: 'failed', op, at: stamp(), code: codeOf(error) })
  }
}

function scopeOf(action: string): Scope {
  return `history/${action.split('.')[1] ?? ''}` as Scope
}

function codeOf(error: unknown): string {
  return isOpenClawError(error) ? error.code : String(error)
}

/** Something to do; `value` is nobody else's. */
function drawWork(random: Dice, value: string): readonly [action: string, work: Work] {
  const key = `r${String(random.below(4))}`
  const element = `s/${String(random.below(5))}`
  const grant = `g${String(random.below(6))}`
  const makers: readonly (() => readonly [string, Work])[] = [
    () => ['history.register.write', async (tx) => tx.put(REGISTERS, key, value)],
    () => ['history.register.read', async (tx) => void (await tx.get(REGISTERS, key))],
    () => ['history.register.change', (tx) => change(tx, key, value)],
    () => ['history.register.pair', (tx) => writePair(tx, key, value)],
    () => ['history.set.toggle', (tx) => toggle(tx, element, value)],
    () => ['history.set.list', async (tx) => void (await tx.list(SETS, 's/'))],
    () => ['history.place.take', (tx) => takePlace(tx, value)],
    () => ['history.place.give', (tx) => givePlace(tx, random)],
    () => [
      'history.grant.allow',
      async (tx) => allow(tx, grant, { value, forMs: 300 + random.below(3_000) }),
    ],
    () => ['history.grant.revoke', (tx) => revoke(tx, grant)],
  ]
  const made = makers[random.below(makers.length)]?.()
  if (made === undefined) throw new RangeError('there is nothing to do')
  return made
}

async function change(tx: Recorder, key: string, value: string): Promise<void> {
  const before = await tx.get(REGISTERS, key)
  await pause(2)
  tx.put(REGISTERS, key, `${value}<${String(before).slice(0, 20)}`)
}

async function writePair(tx: Recorder, key: string, value: string): Promise<void> {
  await tx.get(REGISTERS, key)
  tx.put(REGISTERS, key, value)
  tx.put(SETS, `pair/${key}`, value)
}

async function toggle(tx: Recorder, element: string, value: string): Promise<void> {
  if ((await tx.get(SETS, element)) === null) tx.put(SETS, element, value)
  else tx.remove(SETS, element)
}

async function takePlace(tx: Recorder, value: string): Promise<void> {
  const taken = await tx.list(PLACES, '')
  await pause(1)
  if (taken.length < CAP) tx.put(PLACES, value, 'taken')
}

async function givePlace(tx: Recorder, random: Dice): Promise<void> {
  const taken = await tx.list(PLACES, '')
  const [key] = taken[random.below(Math.max(1, taken.length))] ?? []
  if (key !== undefined) tx.remove(PLACES, key)
}

function allow(
  tx: Recorder,
  grant: string,
  { value, forMs }: { readonly value: string; readonly forMs: number },
): void {
  tx.put(GRANTS, grant, { by: value, until: tx.now() + forMs })
}

async function revoke(tx: Recorder, grant: string): Promise<void> {
  if ((await tx.get(GRANTS, grant)) !== null) tx.remove(GRANTS, grant)
}

/** Holds the lease as often as it can, and writes its epoch under it again and again. */
export async function holdLease(parts: ClientParts): Promise<void> {
  const { store, say, stop } = parts
  const random = dice(parts.seed * 7 + 1)
  while (!stop.aborted) {
    const lease = await store.leases.take('bot', stop).catch(() => undefined)
    if (lease === undefined) {
      await pause(100)
      continue
    }
    say({ k: 'lease', epoch: lease.epoch, what: 'taken', at: stamp() })
    const isHeld = (): boolean => {
      const at = stamp()
      const held = lease.isHeld()
      if (held) say({ k: 'lease', epoch: lease.epoch, what: 'held', at })
      return held
    }
    const state = { isDone: false }
    // also while a transaction under it waits for an answer that does not come
    const watching = (async () => {
      while (!state.isDone && isHeld()) await pause(40)
    })()
    while (isHeld() && !stop.aborted && random.below(60) > 0) {
      await operate(parts, 'history.lease.tell', async (tx) => {
        if (isHeld()) tx.put(LEASED, 'epoch', { epoch: lease.epoch, n: counter.ops })
      })
      await pause(40)
      await quiet()
    }
    state.isDone = true
    await watching
    await lease.release()
  }
}

/** Asks the views what a door would ask them, without a pause that is worth it. */
export async function watchViews({ store, say, stop }: ClientParts): Promise<void> {
  const views = [REGISTERS, SETS, PLACES, GRANTS].map(
    (each) => [each.name, store.view(each)] as const,
  )
  while (!stop.aborted) {
    const from = stamp()
    try {
      const seen = views.map(([name, view]) => [name, entriesOf(view.entries(''))] as const)
      const seq = views[0]?.[1].seq() ?? 0
      say({ k: 'view', from, to: stamp(), seq, seen: Object.fromEntries(seen) })
    } catch (error) {
      say({ k: 'blind', from, to: stamp(), code: codeOf(error) })
    }
    const asked = stamp()
    const [now, error] = [store.clock.now(), store.clockError()]
    say({ k: 'clock', from: asked, to: stamp(), now, error })
    await pause(15)
  }
}

function entriesOf(entries: readonly { key: string; value: Json }[]): Record<string, Json> {
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]))
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
