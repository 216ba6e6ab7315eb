import { appendFileSync, closeSync, fdatasyncSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Figure } from '../figure.ts'
import { address, message, owner, pairingWith, senderId } from '../state.ts'
import { quantile, spreadOf } from '../stats.ts'

const ALLOWED = 10_000
const RUNS = 5
const APPROVALS = 150
const P99_MS = 25
const RECORD_BYTES = 600

/** What each of some approvals took, in ms. */
export async function approvals(
  { gate, people }: Pick<NodePairing, 'gate' | 'people'>,
  run: number,
): Promise<number[]> {
  const taken: number[] = []
  for (let at = 0; at < APPROVALS; at += 1) {
    const asked = await gate(
      message(senderId(3, run * APPROVALS + at), `ask-${String(run)}-${String(at)}`),
    )
    if (asked.outcome !== 'challenge') throw new Error(`expected a challenge, got ${asked.outcome}`)
    const began = process.hrtime.bigint()
    const { outcome } = await people.approve(owner, { ...address, typed: asked.requestId })
    taken.push(Number(process.hrtime.bigint() - began) / 1e6)
    if (outcome !== 'approved') throw new Error(`expected approved, got ${outcome}`)
  }
  return taken
}

/** One record appended and on disk, nothing else. */
function floor(stateDir: string): number[] {
  const file = openSync(join(stateDir, 'floor'), 'a', 0o600)
  const record = Buffer.alloc(RECORD_BYTES, 'x')
  const taken = Array.from({ length: APPROVALS }, () => {
    const began = process.hrtime.bigint()
    appendFileSync(file, record)
    fdatasyncSync(file)
    return Number(process.hrtime.bigint() - began) / 1e6
  })
  closeSync(file)
  return taken
}

/** An approval that is on disk when it is acknowledged, while 10,000 senders are allowed. */
export function approveFigures(): Promise<readonly Figure[]> {
  return pairingWith(
    { allowed: ALLOWED, pending: 0 },
    async (pairing, { OPENCLAW_STATE_DIR = '' }) => {
      const runs: number[][] = []
      for (let run = 0; run < RUNS; run += 1) runs.push(await approvals(pairing, run))
      const bare = floor(OPENCLAW_STATE_DIR)
      const at = (q: number) => ({
        measured: spreadOf(runs.map((taken) => quantile(taken, q))),
        floor: { name: 'append + fdatasync', value: quantile(bare, q) },
        unit: 'ms',
        runs: RUNS,
      })
      return [
        { name: 'durable approve, p50, 10,000 allowed', ...at(0.5) },
        {
          name: 'durable approve, p99, 10,000 allowed',
          ...at(0.99),
          target: { sense: 'at-most', value: P99_MS },
        },
      ]
    },
  )
}
