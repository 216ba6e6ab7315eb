import type { Collection, Intent, Scope } from '@openclaw/pairing-contracts'
import { nodePostgresStore } from '../../src/node.ts'

/** What a worker process is told to do, as JSON in its first argument. */
export interface Task {
  readonly url: string
  readonly schema: string
  readonly name: string
  /**
   * `count`: adds one to a counter so often, and takes a place under a cap before each · `stalled`: takes the lock and stops
   * itself, and says what became of its transaction when it is woken · `replica`: notes its name, says its id, what it is asked
   * and what it is told, and lives until it is ended
   */
  readonly kind: 'count' | 'stalled' | 'replica'
  readonly operations: number
}

const CAP = 3
const task = JSON.parse(process.argv[2] ?? '{}') as Task
const numbers: Collection<number> = {
  name: 'test.numbers',
  decode: (value) => value as number,
  encode: (value) => value,
}
const intent: Intent = {
  scope: 'test' as Scope,
  actor: { kind: 'library', name: task.name },
  action: 'test.increment',
}
const { url, schema } = task
const timing = { idleUnderLockMs: 1_500, workWithinMs: 1_000 }
const replicas = { lifeMs: 1_500, beatMs: 300, lookMs: 100 }
const store = await nodePostgresStore({
  ...{ url, schema, timing, replicas },
  applicationName: task.name,
})

/** One line for each thing that was acknowledged. */
function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function increment(key: string): Promise<number> {
  return store.transact(intent, async (tx) => {
    const next = ((await tx.get(numbers, key)) ?? 0) + 1
    tx.put(numbers, key, next)
    return next
  })
}

/** Takes a place where fewer than {@link CAP} are taken. */
function takePlace(key: string): Promise<boolean> {
  return store.transact(intent, async (tx) => {
    const taken = await tx.list(numbers, 'place/')
    if (taken.length >= CAP) return false
    tx.put(numbers, `place/${key}`, 1)
    return true
  })
}

if (task.kind === 'count') {
  for (let n = 0; n < task.operations; n += 1) {
    const place = takePlace(`${task.name}/${String(n)}`)
    say(`n ${String(await increment('n'))}`)
    if (await place) say(`place ${task.name}/${String(n)}`)
  }
} else if (task.kind === 'replica') {
  const { id, serve, note, tell } = store.replicas
  serve('echo', (body) => {
    say(`asked ${String(body)}`)
    return body
  })
  serve('never', () => new Promise(() => say('asked never')))
  serve('word', (body) => {
    say(`told ${String(body)}`)
    tell('word', `${task.name} heard ${String(body)}`)
    return null
  })
  note(task.name, id)
  await new Promise(() => undefined)
} else {
  let stops = 0
  const landed = store.transact(intent, async (tx) => {
    tx.put(numbers, 'stalled', ((await tx.get(numbers, 'stalled')) ?? 0) + 1)
    stops += 1
    if (stops > 1) return
    say('holding')
    process.kill(process.pid, 'SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 20))
  })
  await landed.then(
    () => say('landed'),
    (error: { code?: string }) => say(`refused ${String(error.code)}`),
  )
}
await store.close()
