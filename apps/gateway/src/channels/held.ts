import type { Lease } from '@openclaw/credential-store-postgres'
import { WorkHandedOver, type WorkLog } from '@openclaw/pairing'
import type {
  AgentPort,
  ChannelConnection,
  ChannelHost,
  SendOutcome,
} from '@openclaw/pairing-contracts'

type Held = Pick<Lease, 'isHeld'>

const HANDED_OVER: SendOutcome = {
  outcome: 'failed',
  reason: 'another gateway has this account now',
}

/** The connection as long as the lease is held: after that nothing is sent through it, and nothing taken. */
export function heldConnection(lease: Held, connection: ChannelConnection): ChannelConnection {
  const { send, offerCommands, webhook } = connection
  return {
    ...connection,
    send: async (message) => (lease.isHeld() ? send(message) : HANDED_OVER),
    ...(offerCommands && {
      offerCommands: async (to, commands) => {
        if (lease.isHeld()) await offerCommands(to, commands)
      },
    }),
    ...(webhook && {
      webhook: {
        ...webhook,
        answer: async (request) => (lease.isHeld() ? webhook.answer(request) : { status: 503 }),
      },
    }),
  }
}

/**
 * The host until `over` aborts: the lease ended, or the gateway stops. What was under way then is offered again by whoever holds the
 * lease next: how far it had come stands in the log of work.
 */
export function heldHost(lease: Held, over: AbortSignal, host: ChannelHost): ChannelHost {
  const isOver = (): boolean => !lease.isHeld() || over.aborted
  return {
    ...host,
    onMessage: async (inbound) => {
      if (isOver()) throw new WorkHandedOver()
      const outcome = await host.onMessage(inbound)
      if (isOver()) throw new WorkHandedOver()
      return outcome
    },
  }
}

/**
 * The agent as long as the lease is held: what it answers after that is no answer to this gateway. A delivery that a stop broke off is
 * left to the next holder, too.
 */
export function heldAgent(lease: Held, agent: AgentPort): AgentPort {
  return {
    ...agent,
    deliver: async (message, signal) => {
      const answer = await agent.deliver(message, signal)
      const isBrokenOff = signal.aborted && answer.outcome === 'failed'
      if (!lease.isHeld() || isBrokenOff) throw new WorkHandedOver()
      return answer
    },
  }
}

/** The log of work as long as the lease is held, also in the moments before another may take it. */
export function heldWork(lease: Held, work: WorkLog): WorkLog {
  const held = async <T>(note: () => Promise<T>): Promise<T> => {
    if (!lease.isHeld()) throw new WorkHandedOver()
    return note()
  }
  return {
    ...work,
    begin: (key) => held(() => work.begin(key)),
    mark: (key, stage) => held(() => work.mark(key, stage)),
  }
}
