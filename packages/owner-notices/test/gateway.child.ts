import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeFileStore } from '@openclaw/credential-store/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { world } from './world.ts'

/** What a gateway of its own process does. */
export interface Task {
  readonly root: string
  /** Its clock is ahead by so many ms. */
  readonly aheadMs: number
  /** When it kills itself: before the platform has the text, after that, or never. */
  readonly dies: 'before' | 'after' | 'never'
  readonly owners: readonly string[]
}

const task = JSON.parse(process.argv[2] ?? '') as Task
const clock = { now: () => (Date.now() + task.aheadMs) as EpochMs }
const store = await nodeFileStore({ root: task.root, mode: 'write', clock })
const here = world({ store, clock, random: randomBytes, owners: task.owners })
here.phone.answer = async ({ idempotencyKey = '' }) => {
  if (task.dies === 'before') process.kill(process.pid, 'SIGKILL')
  appendFileSync(join(task.root, 'platform.log'), `${idempotencyKey}\n`)
  if (task.dies === 'after') process.kill(process.pid, 'SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
  return { outcome: 'sent' }
}
here.start()
setInterval(() => {}, 1_000)
process.stdout.write('runs\n')
