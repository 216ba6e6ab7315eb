import { closeSync, fstatSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Gate, InboundDm } from '@openclaw/pairing-contracts'
import { processIo } from '../disk.ts'
import type { Figure } from '../figure.ts'
import { collectGarbage } from '../memory.ts'
import { message, pairingWith, senderId } from '../state.ts'
import { quantile, spreadOf } from '../stats.ts'

/** How many senders are allowed. */
export const ALLOWED = 10_000
const RUNS = 15
const CALLS = 20_000
const AT_ONCE = 100 // as many updates as Telegram hands out in one answer
const PER_SECOND = 200_000
const P99_US = 50

function messages(run: number, first = 0, count = CALLS): readonly InboundDm[] {
  return Array.from({ length: count }, (_, index) => {
    const at = first + index
    return message(senderId(1, (at * 7919) % ALLOWED), `gate-${String(run)}-${String(at)}`)
  })
}

/** Calls per second, one after another, as a bot awaits them; the messages of each answer have just been read. */
export async function throughput(gate: Gate, run: number): Promise<number> {
  let taken = 0n
  for (let first = 0; first < CALLS; first += AT_ONCE) {
    const inbound = messages(run, first, AT_ONCE)
    const began = process.hrtime.bigint()
    for (const each of inbound) {
      const { outcome } = await gate(each)
      if (outcome !== 'deliver') throw new Error(`expected deliver, got ${outcome}`)
    }
    taken += process.hrtime.bigint() - began
  }
  return (CALLS * 1e9) / Number(taken)
}

async function latencies(gate: Gate, inbound: readonly InboundDm[]): Promise<number[]> {
  const taken: number[] = []
  for (const each of inbound) {
    const began = process.hrtime.bigint()
    await gate(each)
    taken.push(Number(process.hrtime.bigint() - began) / 1000)
  }
  return taken
}

/** What an answer with a freshness check costs who has nothing but a map and a file: one look-up and one `fstat`. */
function floorPerSecond(stateDir: string): number {
  const known = new Map(Array.from({ length: ALLOWED }, (_, at) => [senderId(1, at), at]))
  const file = openSync(join(stateDir, 'openclaw.json'), 'r')
  const ids = messages(0).map((each) => each.senderId)
  const began = process.hrtime.bigint()
  let found = 0
  for (const id of ids) {
    if (fstatSync(file).size > 0 && known.get(id) !== undefined) found += 1
  }
  const perSecond = (found * 1e9) / Number(process.hrtime.bigint() - began)
  closeSync(file)
  return perSecond
}

/** `gate()` for allowed senders on the file store. */
export function gateFigures(): Promise<readonly Figure[]> {
  return pairingWith(
    { allowed: ALLOWED, pending: 0 },
    async ({ gate }, { OPENCLAW_STATE_DIR = '' }) => {
      await throughput(gate, -1)
      const rates: number[] = []
      const [p50, p99]: [number[], number[]] = [[], []]
      let readBytes = 0
      for (let run = 0; run < RUNS; run += 1) {
        collectGarbage() // what this file made is not the gate's
        const before = processIo()
        rates.push(await throughput(gate, run))
        readBytes += (processIo()?.readBytes ?? 0) - (before?.readBytes ?? 0)
        const taken = await latencies(gate, messages(RUNS + run))
        p50.push(quantile(taken, 0.5))
        p99.push(quantile(taken, 0.99))
      }
      const floors = Array.from({ length: RUNS }, () => floorPerSecond(OPENCLAW_STATE_DIR))
      const floor = { name: 'Map.get + fstat', value: quantile(floors, 0.5) }
      return [
        {
          name: 'gate(), allowed sender, 10,000 allowed',
          unit: 'calls/s',
          measured: spreadOf(rates),
          runs: RUNS,
          floor,
          target: { sense: 'at-least', value: PER_SECOND },
        },
        { name: 'gate(), p50', unit: 'µs', measured: spreadOf(p50), runs: RUNS },
        {
          name: 'gate(), p99',
          unit: 'µs',
          measured: spreadOf(p99),
          runs: RUNS,
          floor: { name: 'Map.get + fstat', value: 1e6 / floor.value },
          target: { sense: 'at-most', value: P99_US },
        },
        ...readFigure(readBytes),
      ]
    },
  )
}

function readFigure(bytes: number): readonly Figure[] {
  if (processIo() === undefined) return []
  const perCall = bytes / (RUNS * CALLS)
  return [
    {
      name: 'gate(), file bytes read',
      unit: 'bytes/call',
      measured: { median: perCall, min: perCall, max: perCall },
      runs: RUNS,
      target: { sense: 'at-most', value: 1 },
    },
  ]
}
