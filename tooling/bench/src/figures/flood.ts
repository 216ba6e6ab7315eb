import { setImmediate as turn } from 'node:timers/promises'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Seq } from '@openclaw/pairing-contracts'
import { bytesBelow } from '../disk.ts'
import type { Figure } from '../figure.ts'
import { heldBytes } from '../memory.ts'
import { message, pairingWith, senderId } from '../state.ts'

const MESSAGES = 100_000
const HISTORY_LIMIT = 100_000
const PER_TURN = 20
const WRITES_PER_SECOND = 2
const GROWTH_MB = 16

async function transactions({ store }: NodePairing): Promise<number> {
  return (await store.history(0 as Seq, HISTORY_LIMIT)).length
}

async function flood({ gate }: NodePairing, from: number): Promise<void> {
  for (let at = from; at < from + MESSAGES; at += 1) {
    const stranger = at % 2 === 0 ? senderId(3, at) : senderId(2, 0)
    if (at % PER_TURN === 0) await turn() // timers run as they do between the events of a socket
    const { outcome } = await gate(message(stranger, `flood-${String(at)}`))
    if (outcome !== 'full' && outcome !== 'pending')
      throw new Error(`expected full or pending, got ${outcome}`)
  }
}

const once = (value: number) => ({ median: value, min: value, max: value })

/** Strangers, and one pending sender, writing without end while the list is full. */
export function floodFigures(): Promise<readonly Figure[]> {
  return pairingWith({ allowed: 10, pending: 3 }, async (pairing, { OPENCLAW_STATE_DIR = '' }) => {
    await flood(pairing, 0) // fills every bounded memory, so that what grows after it grows for ever
    await pairing.people.housekeeping()
    const before = {
      held: heldBytes(),
      bytes: bytesBelow(OPENCLAW_STATE_DIR),
      commits: await transactions(pairing),
    }
    const began = process.hrtime.bigint()
    await flood(pairing, MESSAGES)
    const seconds = Number(process.hrtime.bigint() - began) / 1e9
    await pairing.people.housekeeping()
    const commits = (await transactions(pairing)) - before.commits
    const grown = (heldBytes() - before.held) / 1024 ** 2
    const bytes = bytesBelow(OPENCLAW_STATE_DIR) - before.bytes
    return [
      {
        name: 'flood when the list is full, handled',
        unit: 'messages/s',
        measured: once(MESSAGES / seconds),
        runs: 1,
      },
      {
        name: 'flood, transactions written',
        unit: 'per second',
        measured: once(commits / Math.max(1, seconds)),
        runs: 1,
        target: { sense: 'at-most', value: WRITES_PER_SECOND },
      },
      {
        name: 'flood, bytes written per message',
        unit: 'bytes',
        measured: once(bytes / MESSAGES),
        runs: 1,
      },
      {
        name: 'flood, memory growth over 100,000 messages',
        unit: 'MB',
        measured: once(Math.max(0, grown)),
        runs: 1,
        target: { sense: 'at-most', value: GROWTH_MB },
      },
    ]
  })
}
