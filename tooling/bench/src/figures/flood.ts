import { setImmediate as turn } from 'node:timers/promises'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Seq } from '@openclaw/pairing-contracts'
import { bytesBelow } from '../disk.ts'
import type { Figure } from '../figure.ts'
import { heldBytes } from '../memory.ts'
import { message, pairingWith, senderId } from '../state.ts'
import { spreadOf } from '../stats.ts'

const RUNS = 3
const RUN_MS = 7_000
const PER_TURN = 20
const HISTORY_LIMIT = 100_000
const WRITES_PER_SECOND = 2
const GROWTH_MB = 16

interface Round {
  readonly perSecond: number
  readonly commitsPerSecond: number
  readonly bytesPerMessage: number
  readonly grownMb: number
}

async function transactions({ store }: NodePairing): Promise<number> {
  return (await store.history(0 as Seq, HISTORY_LIMIT)).length
}

/** Messages of ever new strangers and of one pending sender, for seven seconds; answers how many. */
async function flood({ gate }: NodePairing, first: number): Promise<number> {
  const end = performance.now() + RUN_MS
  let at = first
  while (performance.now() < end) {
    for (let left = PER_TURN; left > 0; left -= 1) {
      const stranger = at % 2 === 0 ? senderId(3, at) : senderId(2, 0)
      const { outcome } = await gate(message(stranger, `flood-${String(at)}`))
      if (outcome !== 'full' && outcome !== 'pending') {
        throw new Error(`expected full or pending, got ${outcome}`)
      }
      at += 1
    }
    await turn() // timers run, as they do between the events of a socket
  }
  return at - first
}

async function round(
  pairing: NodePairing,
  stateDir: string,
  first: number,
): Promise<Round & { count: number }> {
  const before = {
    held: heldBytes(),
    bytes: bytesBelow(stateDir),
    commits: await transactions(pairing),
  }
  const began = performance.now()
  const count = await flood(pairing, first)
  const seconds = (performance.now() - began) / 1000
  return {
    count,
    perSecond: count / seconds,
    commitsPerSecond: ((await transactions(pairing)) - before.commits) / seconds,
    bytesPerMessage: (bytesBelow(stateDir) - before.bytes) / count,
    grownMb: Math.max(0, (heldBytes() - before.held) / 1024 ** 2),
  }
}

/** Strangers, and one pending sender, writing without end while the list is full. */
export function floodFigures(): Promise<readonly Figure[]> {
  return pairingWith({ allowed: 10, pending: 3 }, async (pairing, { OPENCLAW_STATE_DIR = '' }) => {
    // The first one fills every bounded memory; what grows after it grows for ever.
    let first = await flood(pairing, 0)
    const rounds: Round[] = []
    for (let run = 0; run < RUNS; run += 1) {
      const { count, ...measured } = await round(pairing, OPENCLAW_STATE_DIR, first)
      rounds.push(measured)
      first += count
    }
    return figuresOf(rounds)
  })
}

function figuresOf(rounds: readonly Round[]): readonly Figure[] {
  const figure = (name: string, unit: string, pick: keyof Round): Figure => ({
    name: `flood while the list is full, ${name}`,
    unit,
    measured: spreadOf(rounds.map((each) => each[pick])),
    runs: RUNS,
  })
  return [
    figure('handled', 'messages/s', 'perSecond'),
    {
      ...figure('written', 'records/s', 'commitsPerSecond'),
      target: { sense: 'at-most', value: WRITES_PER_SECOND },
    },
    figure('written', 'bytes/message', 'bytesPerMessage'),
    {
      ...figure('memory growth in 7 s', 'MB', 'grownMb'),
      target: { sense: 'at-most', value: GROWTH_MB },
    },
  ]
}
