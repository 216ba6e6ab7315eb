import { join } from 'node:path'
import { hear, notify, put, start, type World } from './answer.ts'
import { type Nursery, nursery } from './children.ts'
import { database, directFields, groupFields } from './database.ts'
import { imsgFaults } from './faults.ts'
import type { ImsgMessage } from './people.ts'
import type { ImsgEmulator, ImsgEmulatorOptions } from './types.ts'

/**
 * Starts what `imsg rpc` is to its clients: an executable that speaks JSON-RPC in lines over its input and output, with
 * `watch.subscribe`, `watch.unsubscribe`, `send`, `chats.list` and `messages.history`. The lines are answered here: each
 * child passes them on over a socket on 127.0.0.1.
 */
export async function startImsgEmulator(options: ImsgEmulatorOptions = {}): Promise<ImsgEmulator> {
  const world = newWorld(options)
  const children = await nursery({
    onStart: (child) => start(world, child),
    onLine: (child, line) => hear(world, child, line),
    onEnd: (child) => world.running.delete(child),
  })
  return {
    ...peopleOf(world),
    ...switchesOf(world),
    ...processesOf(world, children),
    close: () => {
      for (const child of world.running.keys()) child.kill()
      return children.close()
    },
  }
}

function newWorld({ now = Date.now }: ImsgEmulatorOptions): World {
  const rows = database(now)
  const running: World['running'] = new Map()
  return {
    ...{ database: rows, running, sent: [], calls: [], started: [] },
    ...{ denied: new Set(), unregistered: new Set(), faults: imsgFaults() },
    switches: { paused: false, frozen: false, deaf: false, subscription: 0 },
    tell: (row) => {
      for (const [child, watched] of running)
        for (const subscription of watched) notify(child, subscription, row)
    },
  }
}

type People = Pick<
  ImsgEmulator,
  'message' | 'group' | 'push' | 'redeliver' | 'replaceDatabase' | 'sent' | 'calls'
>

function peopleOf({ database: rows, switches, tell, sent, calls }: World): People {
  const push = (fields: ImsgMessage): ImsgMessage => {
    const row = rows.add(fields)
    if (!switches.frozen) tell(row)
    return row
  }
  return {
    message: (from, text, fields) => push({ ...directFields(from, text), ...fields }),
    group: (chatGuid, from, text) => push(groupFields(chatGuid, from, text)),
    push,
    redeliver: (guid) => {
      const row = rows.find(guid)
      if (row) push({ ...row, id: rows.newestId() + 1 })
    },
    replaceDatabase: rows.replace,
    ...{ sent, calls },
  }
}

type Faulty = Pick<
  ImsgEmulator,
  | 'fault'
  | 'clearFaults'
  | 'deny'
  | 'grant'
  | 'unregister'
  | 'register'
  | 'freeze'
  | 'thaw'
  | 'deafen'
  | 'pause'
  | 'resume'
>

function switchesOf({ faults, denied, unregistered, switches }: World): Faulty {
  const turn = (change: Partial<World['switches']>) => () => void Object.assign(switches, change)
  return {
    fault: faults.add,
    clearFaults: faults.clear,
    deny: (permission) => void denied.add(permission),
    grant: (permission) => void denied.delete(permission),
    unregister: (handle) => void unregistered.add(handle),
    register: (handle) => void unregistered.delete(handle),
    freeze: turn({ frozen: true }),
    thaw: turn({ frozen: false }),
    deafen: turn({ deaf: true }),
    pause: turn({ paused: true }),
    resume: turn({ paused: false }),
  }
}

type Processes = Omit<ImsgEmulator, keyof People | keyof Faulty | 'close'>

function processesOf(world: World, { folder, chop }: Nursery): Processes {
  const { running, started } = world
  const each = (work: (child: Running) => void): void => {
    for (const child of [...running.keys()]) work(child)
  }
  return {
    cliPath: join(folder, 'imsg'),
    folder,
    chop,
    started,
    children: () =>
      [...running.keys()].map(({ pid, name, args, env }) => ({ pid, name, args, env })),
    subscriptions: () => [...running.values()].reduce((sum, { size }) => sum + size, 0),
    write: (text) => each(({ write }) => write(text)),
    complain: (text) => each(({ complain }) => complain(text)),
    kill: () => each(({ kill }) => kill()),
    exit: (code) => each(({ exit }) => exit(code)),
    overflow: () => overflow(world),
  }
}

type Running = World['running'] extends Map<infer Each, unknown> ? Each : never

function overflow({ running, database: rows }: World): void {
  for (const [child, watched] of running) {
    for (const subscription of watched) {
      const params = { subscription, resume_after_rowid: rows.newestId(), terminal: true }
      put(child, { method: 'watch.overflow', params })
    }
    watched.clear()
  }
}
