import type { ChannelHost, GateOutcome, InboundDm } from '@openclaw/pairing-contracts'
import { WebchatNotRunning } from './errors.ts'
import { HAND_OVER_PAUSES_MS } from './limits.ts'

/** The gateway's side of a running connection. */
export interface Side {
  readonly host: ChannelHost
  /** Rejects when the connection stops. */
  readonly stopped: Promise<never>
}

/**
 * Offers a message to the gateway, again after a pause when it was not handled, so that it stays before later ones.
 *
 * @returns what the gate said, where the gateway tells
 * @throws {@link WebchatNotRunning} when the connection does not run or stops meanwhile: nobody knows what became of it
 * @throws whatever the gateway's last refusal was
 */
export async function offer(
  side: () => Side | undefined,
  inbound: InboundDm,
): Promise<GateOutcome['outcome'] | undefined> {
  for (const pauseMs of [...HAND_OVER_PAUSES_MS, undefined]) {
    const now = side()
    if (now === undefined) throw new WebchatNotRunning()
    const handled = Promise.race([now.host.onMessage(inbound), now.stopped])
    if (pauseMs === undefined) return handled
    try {
      return await handled
    } catch (error) {
      if (error instanceof WebchatNotRunning) throw error
    }
    await new Promise<void>((resolve) => {
      setTimeout(resolve, pauseMs)
    })
  }
  return undefined
}
