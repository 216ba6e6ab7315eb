import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FaultProxy, openProxy } from '../support-proxy.ts'
import type { TestServer } from '../support-server.ts'
import { pause, until } from '../support-store.ts'
import { dice } from './dice.ts'
import type { History, Line } from './lines.ts'
import { type Hands, skewOf } from './nemesis.ts'
import type { ReplicaTask } from './replica.child.ts'

/** Replicas, each behind a proxy of its own, and their server. */
export interface Cluster {
  readonly hands: Hands
  /** Lets all replicas come to their end, and says what each wrote down. */
  readonly finish: () => Promise<readonly History[]>
  /** Whatever happened. */
  readonly dispose: () => Promise<void>
}

/** What a cluster is made of. */
export interface ClusterPlan {
  readonly server: TestServer
  readonly bundle: string
  readonly folder: string
  readonly schema: string
  readonly seed: number
  readonly replicas: readonly string[]
  /** A database where nothing is said: the last replica listens there and hears of nothing. */
  readonly silentUrl: string
}

interface Member {
  readonly replica: string
  readonly proxy: FaultProxy
  readonly files: string[]
  child: ChildProcess
  ended: Promise<unknown>
}

/** How long a replica has for its end once nothing is in its way, in ms. */
const END_WITHIN_MS = 45_000

/** How long they have for their beginning, in ms. */
const OPEN_WITHIN_MS = 30_000

/** Starts all; resolves when they are open. */
export async function startCluster(plan: ClusterPlan): Promise<Cluster> {
  const members = new Map<string, Member>()
  for (const replica of plan.replicas) {
    const proxy = await openProxy(plan.server.url)
    members.set(replica, startMember(plan, { replica, proxy, files: [] }))
  }
  const all = [...members.values()]
  const isOpen = ({ files }: Member): boolean => files.some((file) => existsSync(file))
  // what a busy machine takes for that is no time in which anything is tried
  await until(() => all.every(isOpen), OPEN_WITHIN_MS)
  return {
    hands: handsOn(plan, members),
    finish: async () => {
      for (const { child } of all) child.stdin?.write('stop\n')
      const ended = Promise.all(all.map((member) => member.ended))
      await Promise.race([ended, pause(END_WITHIN_MS)])
      return all.flatMap(({ replica, files }) =>
        files.map((file, index) => ({
          replica,
          name: `${replica}${String(index + 1)}`,
          lines: linesOf(file),
        })),
      )
    },
    dispose: async () => {
      for (const { child } of all) child.kill('SIGKILL')
      await Promise.all(all.map(({ ended, proxy }) => ended.then(() => proxy.close())))
    },
  }
}

function startMember(
  plan: ClusterPlan,
  { replica, proxy, files }: Pick<Member, 'replica' | 'proxy' | 'files'>,
): Member {
  const number = files.length + 1
  const name = `${replica}${String(number)}`
  const file = join(plan.folder, `${name}.jsonl`)
  files.push(file)
  const seed = plan.seed * 100 + plan.replicas.indexOf(replica) * 10 + number
  const isDeaf = replica === plan.replicas.at(-1)
  const task: ReplicaTask = {
    ...{ url: proxy.url, schema: plan.schema, name, file, seed },
    ...(isDeaf ? { listenUrl: plan.silentUrl } : {}),
    isImpatient: replica === plan.replicas[1],
    skewMs: skewOf(dice(seed).below(1_200_000)),
  }
  const child = spawn(process.execPath, [plan.bundle, JSON.stringify(task)], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  child.stdin?.on('error', () => undefined)
  const ended = new Promise((resolve) => child.once('close', resolve))
  return { replica, proxy, files, child, ended }
}

/** The last line of a process that was killed may be cut off. */
function linesOf(file: string): readonly Line[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8').split('\n')
  return text.slice(0, -1).map((line) => JSON.parse(line) as Line)
}

function handsOn(plan: ClusterPlan, members: ReadonlyMap<string, Member>): Hands {
  const { server } = plan
  const member = (name: string): Member => {
    const found = members.get(name)
    if (found === undefined) throw new RangeError(`there is no replica ${name}`)
    return found
  }
  const proxyOf = (name: string): FaultProxy => member(name).proxy
  const cut = async (name: string, when: 'before' | 'after'): Promise<void> => {
    const done = proxyOf(name).cutAt('COMMIT', when)
    await Promise.race([done, pause(2_000)])
  }
  return {
    kill: async ({ target, forMs }) => {
      const killed = member(target)
      killed.child.kill('SIGKILL')
      await killed.ended
      await pause(forMs)
      const { child, ended } = startMember(plan, killed)
      Object.assign(killed, { child, ended })
    },
    stop: async ({ target, forMs }) => {
      const { child } = member(target)
      child.kill('SIGSTOP')
      await pause(forMs)
      child.kill('SIGCONT')
    },
    'kill-server': async ({ forMs }) => {
      await server.kill()
      await pause(forMs)
      await restart(server)
    },
    pause: async ({ target, forMs }) => {
      proxyOf(target).pause()
      await pause(forMs)
      proxyOf(target).resume()
    },
    reset: async ({ target }) => proxyOf(target).reset(),
    refuse: async ({ target, forMs }) => {
      proxyOf(target).refuse()
      proxyOf(target).reset()
      await pause(forMs)
      proxyOf(target).accept()
    },
    'cut-before': ({ target }) => cut(target, 'before'),
    'cut-after': ({ target }) => cut(target, 'after'),
    clock: async ({ target, skewMs }) => {
      member(target).child.stdin?.write(`clock ${String(skewMs)}\n`)
    },
  }
}

/** Its children may not be gone yet. */
async function restart(server: TestServer): Promise<void> {
  for (let left = 20; ; left -= 1) {
    try {
      await server.restart()
      return
    } catch (error) {
      if (left === 0) throw error
      await pause(250)
    }
  }
}
