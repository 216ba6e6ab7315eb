import { existsSync, writeSync } from 'node:fs'
import type { Collection, EpochMs, Intent, Scope } from '@openclaw/pairing-contracts'
import { type FileStore, fileStore, type StoreFiles } from '../../src/index.ts'
import { nodeStorePorts } from '../../src/node.ts'

/** What a worker process is told to do, as JSON in its first argument. */
export interface Task {
  readonly root: string
  readonly name: string
  readonly segmentBytes: number
  /**
   * `mixed`: so many operations, then say what was done · `burst`: write until killed · `stopped`: stop itself before
   * that write · `dozing`: stop itself in the middle of a transaction
   */
  readonly kind: 'mixed' | 'burst' | 'stopped' | 'dozing'
  readonly operations: number
}

const CAP = 3
const task = JSON.parse(process.argv[2] ?? '{}') as Task
const clock = { now: () => Date.now() as EpochMs }
const numbers: Collection<number> = {
  name: 'test.numbers',
  decode: (value) => value as number,
  encode: (value) => value,
}

function intent(action: string): Intent {
  return { scope: 'test' as Scope, actor: { kind: 'library', name: task.name }, action }
}

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

/** Stops this process just before its `nth` write, where the lock has been checked already. */
function stopping(files: StoreFiles, nth: number): StoreFiles {
  let writes = 0
  return {
    ...files,
    write: (fd, bytes) => {
      writes += 1
      if (writes === nth) process.kill(process.pid, 'SIGSTOP')
      return files.write(fd, bytes)
    },
  }
}

async function increment(store: FileStore): Promise<'increment'> {
  await store.transact(intent('increment'), async (tx) => {
    tx.put(numbers, 'counter', ((await tx.get(numbers, 'counter')) ?? 0) + 1)
  })
  return 'increment'
}

/** Takes a place while one is free, or leaves one of its own. */
async function takeOrLeave(store: FileStore, n: number): Promise<'took' | 'left' | 'full'> {
  return store.transact(intent('place'), async (tx) => {
    const taken = await tx.list(numbers, 'place/')
    const own = taken.find(({ key }) => key.startsWith(`place/${task.name}/`))
    if (own) {
      tx.remove(numbers, own.key)
      return 'left'
    }
    if (taken.length >= CAP) return 'full'
    tx.put(numbers, `place/${task.name}/${String(n)}`, n)
    return 'took'
  })
}

async function own(store: FileStore, n: number): Promise<'own'> {
  await store.transact(intent('own'), (tx) => tx.put(numbers, `own/${task.name}/${String(n)}`, n))
  return 'own'
}

/** Begins when all are there: `<root>.go` says so. */
async function mixed(store: FileStore): Promise<void> {
  say('ready')
  while (!existsSync(`${task.root}.go`)) await new Promise((resolve) => setTimeout(resolve, 2))
  const done: Record<string, number> = {}
  const one = async (n: number): Promise<void> => {
    const what = await [increment, takeOrLeave, own][n % 3]?.(store, n)
    done[what ?? ''] = (done[what ?? ''] ?? 0) + 1
  }
  for (let n = 0; n < task.operations; n += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, k) => one(n + k)))
  }
  say(JSON.stringify(done))
}

/** Says each number after the store has acknowledged it. */
async function burst(store: FileStore): Promise<void> {
  for (let n = 0; ; n += 3) {
    await Promise.all([n, n + 1, n + 2].map((k) => own(store, k).then(() => say(String(k)))))
  }
}

async function stopped(store: FileStore): Promise<void> {
  for (const n of [1, 2, 3, 4, 5]) {
    await own(store, n)
    say(String(n))
  }
}

/** Stops while it plans, so that it writes on what is old unless it looks again. */
async function dozing(store: FileStore): Promise<void> {
  let stops = 0
  await store.transact(intent('own'), async (tx) => {
    const counter = (await tx.get(numbers, 'counter')) ?? 0
    stops += 1
    if (stops === 1) process.kill(process.pid, 'SIGSTOP')
    tx.put(numbers, 'counter', counter + 1)
  })
  say(String(stops))
}

const ports = nodeStorePorts(clock)
const files = task.kind === 'stopped' ? stopping(ports.files, task.operations) : ports.files
const { root, segmentBytes } = task
const store = await fileStore(
  { root, mode: 'write', segmentBytes, keepBytes: 1e9 },
  { ...ports, files },
)
await { mixed, burst, stopped, dozing }[task.kind](store)
await store.close()
