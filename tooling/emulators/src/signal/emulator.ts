import type { LoopbackServer } from '../loopback.ts'
import { eventStream } from './events.ts'
import { signalFaults } from './faults.ts'
import { receivedMessage } from './people.ts'
import type { RpcState } from './rpc.ts'
import { type DaemonWorld, daemonServer } from './server.ts'
import type { SignalCall, SignalEmulator, SignalEmulatorOptions, SignalSent } from './types.ts'

const NUMBER = '+15550000000'
const KEEP_ALIVE_MS = 15_000

interface World extends DaemonWorld {
  readonly number: string
  readonly sent: SignalSent[]
  readonly calls: SignalCall[]
  readonly unregistered: Set<string>
  /** Each message of a person has a time of its own, as it has on a phone. */
  readonly nextTime: () => number
}

/**
 * Starts the HTTP daemon of signal-cli on 127.0.0.1, as it speaks to clients: `GET /api/v1/check`, `GET /api/v1/events`
 * (a stream of events), and JSON-RPC by `POST /api/v1/rpc` with `send`, `version` and `listAccounts`.
 *
 * @param options - number, port, receive mode; all have defaults
 */
export async function startSignalEmulator(
  options: SignalEmulatorOptions = {},
): Promise<SignalEmulator> {
  const world = newWorld(options)
  const server = await daemonServer(world, options.port ?? 0)
  const alive = setInterval(world.stream.keepAlive, options.keepAliveMs ?? KEEP_ALIVE_MS)
  const mute = (): void => clearInterval(alive)
  return {
    number: world.number,
    ...peopleOf(world),
    ...leversOf(world),
    mute,
    ...linkOf(world, server, mute),
  }
}

function newWorld(options: SignalEmulatorOptions): World {
  const sent: SignalSent[] = []
  const unregistered = new Set<string>()
  const now = options.now ?? Date.now
  const number = options.number ?? NUMBER
  let last = 0
  const nextTime = (): number => (last = Math.max(last + 1, now()))
  const keeps = (options.receiveMode ?? 'on-connection') === 'on-connection'
  const state: RpcState = {
    numbers: [number, ...(options.otherNumbers ?? [])],
    unregistered,
    now,
    deliver: (message) => {
      const taken = { ...message, timestamp: nextTime() }
      sent.push(taken)
      return taken
    },
  }
  const stream = eventStream({ now, keeps, numbered: options.numbered ?? false })
  return { number, sent, calls: [], unregistered, nextTime, state, stream, faults: signalFaults() }
}

function peopleOf({
  number,
  nextTime,
  stream,
}: World): Pick<SignalEmulator, 'message' | 'group' | 'push'> {
  const write = (...[from, data]: readonly [Parameters<SignalEmulator['message']>[0], object]) => {
    const event = receivedMessage(from, {
      account: number,
      timestamp: nextTime(),
      data: { ...data },
    })
    stream.push(event)
    return event
  }
  return {
    message: (from, text) => write(from, { message: text }),
    group: (groupId, from, text) =>
      write(from, {
        message: text,
        groupInfo: { groupId, groupName: 'A group', revision: 1, type: 'DELIVER' },
      }),
    push: stream.push,
  }
}

type Levers = Pick<
  SignalEmulator,
  'sent' | 'calls' | 'waiting' | 'listeners' | 'fault' | 'clearFaults' | 'unregister' | 'register'
>

function leversOf({ sent, calls, stream, faults, unregistered }: World): Levers {
  return {
    sent,
    calls,
    waiting: stream.waiting,
    listeners: stream.listeners,
    fault: faults.add,
    clearFaults: faults.clear,
    unregister: (to) => void unregistered.add(to),
    register: (to) => void unregistered.delete(to),
  }
}

type Link = Pick<SignalEmulator, 'url' | 'cut' | 'pause' | 'resume' | 'close'>

function linkOf({ stream }: World, server: LoopbackServer, mute: () => void): Link {
  return {
    url: server.origin,
    cut: server.cut,
    pause: async () => {
      await server.stop()
      stream.restart()
    },
    resume: server.listen,
    close: () => {
      mute()
      return server.stop()
    },
  }
}
