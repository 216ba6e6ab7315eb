import type { Replicas } from '@openclaw/pairing-contracts'
import {
  type FixedClock,
  fixedClock,
  type MemoryReplica,
  type MemoryReplicas,
  memoryReplicas,
  seededRandom,
  until,
} from '@openclaw/pairing-testing'
import type { SessionComponents, SessionOptions, Timers } from '../../src/index.ts'
import { type FakeDoor, fakeDoor } from './door.ts'
import { type TestGateway, testGateway } from './gateway.ts'

/** One of several gateways. */
export interface Member extends TestGateway {
  readonly replicas: MemoryReplica
  /** What its store throws from now on, here alone. */
  readonly stale: (error: Error | undefined) => void
}

/** Gateways that share a store. */
export interface Company {
  readonly network: MemoryReplicas
  readonly clock: FixedClock
  readonly door: FakeDoor
  readonly join: (options?: Partial<SessionOptions>) => Member
  readonly end: () => Promise<void>
}

/** Real timers that are quicker than they say. */
const SPEED = 20
const IMPATIENCE = 4

export const quickTimers: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms / SPEED)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Nobody has joined yet. */
export function company(components: Partial<SessionComponents> = {}): Company {
  const network = memoryReplicas({ lifeMs: 150 })
  const clock = fixedClock()
  const door = fakeDoor(clock)
  const members: Member[] = []
  return {
    network,
    clock,
    door,
    join: (options = {}) => {
      let broken: Error | undefined
      const replicas = network.open()
      const devices = brokenBy(door, () => broken)
      const random = seededRandom(members.length + 1)
      const made = testGateway({
        components: {
          ...components,
          devices,
          replicas: impatient(replicas),
          random,
          timers: quickTimers,
        },
        options,
        clock,
        door,
      })
      const member = {
        ...made,
        replicas,
        stale: (error: Error | undefined) => {
          broken = error
        },
      }
      members.push(member)
      return member
    },
    end: async () => {
      await Promise.all(members.map(({ sessions }) => sessions.shutdown('over')))
      for (const { replicas } of members) await replicas.close()
    },
  }
}

/** Waits less long for answers than it is told to. */
function impatient(replicas: Replicas): Replicas {
  return {
    ...replicas,
    ask: (to, kind, body, withinMs) => replicas.ask(to, kind, body, withinMs / IMPATIENCE),
  }
}

/** The door as one gateway sees it: what its own view of the store throws keeps nobody else out. */
function brokenBy(door: FakeDoor, why: () => Error | undefined): FakeDoor {
  const checked =
    <A extends unknown[], R>(run: (...given: A) => R) =>
    (...given: A): R => {
      const error = why()
      if (error !== undefined) throw error
      return run(...given)
    }
  return {
    ...door,
    arrive: async (arrival) => checked(door.arrive)(arrival),
    standing: checked(door.standing),
    list: async (actor) => checked(door.list)(actor),
  }
}

/** Waits until they know each other. */
export async function met(members: readonly { readonly replicas: Replicas }[]): Promise<void> {
  const isMet = (): boolean =>
    members.every(({ replicas }) => replicas.others().length === members.length - 1)
  await until(isMet, 'they know each other')
}
