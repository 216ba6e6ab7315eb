import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { nodeFileStore } from '@openclaw/credential-store/node'
import { deviceDocumentFamilies, devicePairing } from '../src/index.ts'
import { cryptoPorts } from './world.ts'

/** What a process is told to do, as JSON in its first argument. */
export interface SetupTask {
  readonly root: string
  readonly deviceId: string
  /** Shown one after another, each answered with one line. */
  readonly secrets: readonly string[]
  /** Milliseconds since 1970 at which it begins, so that several begin together. */
  readonly at: number
}

const task = JSON.parse(process.argv[2] ?? '{}') as SetupTask
const clock = { now: () => Date.now() as never }
const families = deviceDocumentFamilies(cryptoPorts)
const store = await nodeFileStore({ root: task.root, mode: 'write', families, clock })
const door = devicePairing({ store, clock, random: randomBytes, ...cryptoPorts })
await new Promise((resolve) => setTimeout(resolve, task.at - Date.now()))
for (const [index, secret] of task.secrets.entries()) {
  const { outcome } = await door.setup.redeem(secret, task.deviceId)
  writeSync(1, `${JSON.stringify({ index, outcome })}\n`)
}
await store.close()
