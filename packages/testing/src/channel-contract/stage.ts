import type {
  ChannelConnection,
  ChannelHost,
  EpochMs,
  InboundDm,
  InboundGroup,
  InboundIgnored,
} from '@openclaw/pairing-contracts'
import { expect } from 'vitest'
import type { ChannelHarness, FarSide } from './harness.ts'

/** How long the suite waits for something that must happen, in ms, unless the harness says. */
const PATIENCE_MS = 10_000

/** A connection that runs. */
export interface Running {
  readonly connection: ChannelConnection
  /** Settles as `run` does. */
  readonly ended: Promise<void>
  /** Aborts and waits for the end. */
  readonly stop: () => Promise<void>
}

/** One test's far side, the connections to it, and everything the host was told. */
export interface Stage<Raw> {
  readonly far: FarSide<Raw>
  /** When the newest connection was begun. */
  readonly connectedAt: () => EpochMs
  /** Each call of `onMessage`, in order; failed ones too. */
  readonly offered: readonly InboundDm[]
  readonly ignored: readonly (InboundGroup | InboundIgnored)[]
  /** Runs a new connection; resolves when it is connected. */
  readonly start: (onMessage?: ChannelHost['onMessage']) => Promise<Running>
  /** Waits until `ready` is true; fails with `what` when that takes too long. */
  readonly until: (ready: () => boolean, what: string) => Promise<void>
  /** Something said where no secret may appear, such as the outcome of a send. */
  readonly said: (value: unknown) => void
  /** Stops what runs, closes the far side, and looks for secrets in all that was said. */
  readonly close: () => Promise<void>
}

/** A {@link Stage} of whatever channel: everything but the delivery of raw events. */
export type AnyStage = Stage<never>

const waiting =
  (patienceMs: number): AnyStage['until'] =>
  async (ready, what) => {
    const deadline = performance.now() + patienceMs
    while (!ready()) {
      if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
      await pause(5)
    }
  }

/** Waits `ms`: long enough for something that must not happen. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

/** The texts of `messages`. */
export const texts = (messages: readonly InboundDm[]): readonly string[] =>
  messages.map(({ text }) => text)

/** Sets one up; the caller closes it. */
export async function openStage<Raw>(harness: ChannelHarness<Raw>): Promise<Stage<Raw>> {
  const far = await harness.farSide()
  const until = waiting(harness.patienceMs ?? PATIENCE_MS)
  const offered: InboundDm[] = []
  const ignored: (InboundGroup | InboundIgnored)[] = []
  const heard: unknown[] = []
  const running: Running[] = []
  let connectedAt = far.clock.now()
  const host = (onMessage: ChannelHost['onMessage']): ChannelHost => ({
    onMessage: (inbound) => {
      offered.push(inbound)
      return onMessage(inbound)
    },
    onIgnored: (inbound) => void ignored.push(inbound),
    log: (...line) => void heard.push(line),
  })
  return {
    far,
    offered,
    ignored,
    until,
    connectedAt: () => connectedAt,
    start: async (onMessage = () => Promise.resolve(undefined)) => {
      connectedAt = far.clock.now()
      const started = run(await far.connect(), host(onMessage))
      running.push(started)
      await until(() => started.connection.status().state === 'connected', 'the connection')
      return started
    },
    said: (value) => void heard.push(value),
    close: async () => {
      heard.push(running.map(({ connection }) => connection.status()))
      const patience = pause(harness.patienceMs ?? PATIENCE_MS).then(() => 'too slow' as const)
      const stopped = Promise.all(running.map(({ stop }) => stop()))
      expect(await Promise.race([stopped, patience])).not.toBe('too slow')
      await far.close()
      for (const secret of harness.secrets) expect(JSON.stringify(heard)).not.toContain(secret)
    },
  }
}

function run(connection: ChannelConnection, host: ChannelHost): Running {
  const abort = new AbortController()
  const ended = connection.run(host, abort.signal)
  ended.catch(() => {})
  return {
    connection,
    ended,
    stop: () => {
      abort.abort()
      return ended
    },
  }
}
