import type { Lease } from '@openclaw/credential-store-postgres'
import { WorkHandedOver, type WorkLog } from '@openclaw/pairing'
import type { ChannelConnection, ChannelHost, SendOutcome } from '@openclaw/pairing-contracts'
import { AccountHandedOver } from '../errors.ts'

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
 * The host as long as the lease is held. What was under way when it ended is offered again by whoever holds it next: how far it had
 * come stands in the log of work.
 */
export function heldHost(lease: Held, host: ChannelHost): ChannelHost {
  return {
    ...host,
    onMessage: async (inbound) => {
      if (!lease.isHeld()) throw new AccountHandedOver()
      const outcome = await host.onMessage(inbound)
      if (!lease.isHeld()) throw new AccountHandedOver()
      return outcome
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
