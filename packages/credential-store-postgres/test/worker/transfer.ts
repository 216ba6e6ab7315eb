import { nodeStorePorts } from '@openclaw/credential-store/node'
import {
  exportStore,
  filesTransfer,
  imageFile,
  importStore,
  type TransferStore,
  transferStore,
} from '@openclaw/credential-store/transfer'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { nodePostgresPorts } from '../../src/node.ts'
import { postgresTransfer } from '../../src/transfer.ts'

/** What a worker process is told to do, as JSON in its first argument. */
export interface TransferTask {
  readonly url: string
  readonly schema: string
  /** A state directory, or the file of an image. */
  readonly path: string
  /** `there`: the directory to the database · `back`: the other way · `import`, `export`: through a file */
  readonly kind: 'there' | 'back' | 'import' | 'export'
  /**
   * Where it kills itself as nobody can catch: while it copies, before or after the source is marked, after the target counts.
   * Nowhere unless given.
   */
  readonly dies?: 'copying' | 'before-mark' | 'after-mark' | 'after-commit'
}

const task = JSON.parse(process.argv[2] ?? '{}') as TransferTask
const clock = { now: () => Date.now() as EpochMs }
const ports = { ...nodeStorePorts(clock), now: clock.now }
const actor = { kind: 'root', user: 'worker' } as const
const database = postgresTransfer({ url: task.url, schema: task.schema }, nodePostgresPorts())

function die(at: TransferTask['dies']): void {
  if (task.dies === at) process.kill(process.pid, 'SIGKILL')
}

/** The same store, with this process dying where it is told to. */
function mortal(store: TransferStore): TransferStore {
  return {
    ...store,
    withImage: (wish, use) =>
      store.withImage(wish, (image) => {
        async function* items() {
          let count = 0
          for await (const item of image.items) {
            if (count === image.head.records + 5) die('copying')
            count += 1
            yield item
          }
        }
        return use({ ...image, items: items() })
      }),
    leave: async (mark, seq) => {
      die(mark.isDone ? 'after-commit' : 'before-mark')
      await store.leave(mark, seq)
      if (!mark.isDone) die('after-mark')
    },
  }
}

async function run(): Promise<unknown> {
  const { path } = task
  const files = filesTransfer({ root: path }, ports)
  const move = { actor, now: clock.now, random: ports.random }
  switch (task.kind) {
    case 'there':
      return transferStore({ from: mortal(files), to: database }, move)
    case 'back':
      return transferStore({ from: mortal(database), to: files }, move)
    case 'import':
      return importStore(imageFile(path, ports), database, { actor })
    case 'export':
      return exportStore(database, path, ports)
  }
}

process.stdout.write(`${JSON.stringify(await run())}\n`)
await database.close()
