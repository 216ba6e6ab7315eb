import { CLOSES, type Events } from '@openclaw/pairing-protocol'
import { buildHub } from './build-hub.ts'
import type { Counts } from './figures.ts'
import type { Hub } from './hub.ts'
import { SHUTDOWN_GRACE_MS, TICK_INTERVAL_MS } from './limits.ts'
import { methodTable } from './methods/table.ts'
import { end, refuse } from './peer.ts'
import type { Cancel, Connection, SessionComponents, SessionOptions, Timers } from './ports.ts'
import { openSession, type Session } from './session.ts'

/** Events that the gateway learns of elsewhere, such as from the journal. */
export type Announced =
  | 'health'
  | 'device.pair.requested'
  | 'device.pair.resolved'
  | 'node.pair.requested'
  | 'node.pair.resolved'

/** Figures of now, and counts since the start. */
export interface SessionFigures extends Counts {
  readonly halfOpen: number
  readonly operators: number
  readonly nodes: number
  readonly pendingInvokes: number
  readonly rememberedInvokes: number
  readonly lockedAddresses: number
}

/** All connections of a gateway. */
export interface GatewaySessions {
  /** A socket was opened. */
  readonly open: (connection: Connection) => Session
  /**
   * Ends the live connections whose admission no longer holds; to be called when the store changed. Synchronous.
   *
   * @returns how many were ended
   * @throws what the door's view throws
   */
  readonly recheck: (deviceId?: string) => number
  /** Tells an event to whom it concerns. The same request or decision is told once, so that everything may be published. */
  readonly publish: <E extends Announced>(event: E, payload: Events[E]) => void
  readonly figures: () => SessionFigures
  /**
   * Says goodbye, answers what was begun, and closes everything with 1012; whoever comes later is turned away alike.
   *
   * @returns when all are closed: at once, or when what was begun is over, but after {@link SHUTDOWN_GRACE_MS} at the latest
   */
  readonly shutdown: (reason: string, restartExpectedMs?: number) => Promise<void>
}

/**
 * Runs the lives of all connections of a gateway: who they are, what they may call and hear, which nodes can be asked for
 * what. Sockets, time and randomness come in; nothing here waits for anybody.
 */
export function gatewaySessions(
  components: SessionComponents,
  options: SessionOptions,
): GatewaySessions {
  const { hub, desk, stopTelling } = buildHub(components, options)
  const table = methodTable(components.legacyNodes)
  const stopTicking = tick(hub)

  return {
    open: (connection) => {
      if (hub.work.isStopping()) return turnedAway(connection)
      return openSession({ hub, desk, table }, connection)
    },
    recheck: hub.recheck,
    publish: (event, payload) => hub.events.publish(event, () => payload),
    figures: () => ({
      ...hub.counter.read(),
      halfOpen: hub.halfOpen.size(),
      operators: hub.live.count('operator'),
      nodes: hub.live.count('node'),
      pendingInvokes: hub.pending.size(),
      rememberedInvokes: hub.replays.size(),
      lockedAddresses: hub.attempts.locked(),
    }),
    shutdown: async (reason, restartExpectedMs) => {
      stopTicking()
      stopTelling()
      hub.events.finish()
      if (!hub.work.isStopping()) sayGoodbye(hub, reason, restartExpectedMs ?? null)
      await patiently(hub.components.timers, hub.work.stop())
      for (const peer of [...hub.live.peers()]) end(peer, 'shutdown', CLOSES.serviceRestart)
      hub.elsewhere?.stop()
    },
  }
}

function turnedAway(connection: Connection): Session {
  const { code, reason } = CLOSES.serviceRestart
  try {
    connection.close(code, reason)
  } catch {
    // It is gone already.
  }
  return { message: () => undefined, drained: () => undefined, closed: () => undefined }
}

function sayGoodbye(hub: Hub, reason: string, restartExpectedMs: number | null): void {
  hub.events.publish('shutdown', () => ({ reason, restartExpectedMs }))
  hub.events.finish()
  hub.pending.dropAll()
  hub.elsewhere?.drop()
  for (const peer of [...hub.halfOpen.peers()]) {
    refuse(peer, 'shutdown', { close: CLOSES.serviceRestart })
  }
}

async function patiently(timers: Timers, work: Promise<void>): Promise<void> {
  let cancel: Cancel = () => undefined
  const late = new Promise<void>((resolve) => {
    cancel = timers.after(SHUTDOWN_GRACE_MS, resolve)
  })
  await Promise.race([work, late])
  cancel()
}

/** Tells that the gateway lives, and looks again whether everybody may still be here. */
function tick(hub: Hub): () => void {
  const { clock, timers, onNotice } = hub.components
  let cancel = timers.after(TICK_INTERVAL_MS, beat)
  return () => cancel()

  function beat() {
    cancel = timers.after(TICK_INTERVAL_MS, beat)
    try {
      hub.recheck()
    } catch (error) {
      onNotice?.({ what: 'failed', connId: '', error })
    }
    hub.events.publish('tick', () => ({ ts: clock.now() }))
  }
}
