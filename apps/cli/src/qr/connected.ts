import { setTimeout as sleep } from 'node:timers/promises'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import type { SeenDevice } from '../devices/door.ts'
import { deviceWords } from '../devices/words.ts'
import { askGateway } from '../nodes/live.ts'
import { pathsOf } from '../paths.ts'
import { runningGateway } from '../people/gateway-runs.ts'
import { granted, LOOKER, withWaiting } from '../people/session.ts'
import type { Interrupt } from './interruptible.ts'

/** How long a device that was approved is waited for: clients of others come again within half a minute. */
const PATIENCE_MS = 60_000
const ASK_MS = 500

/** Says when a device that was approved is connected; nothing depends on it, so Ctrl-C just ends it. */
export async function untilConnected(
  call: Call,
  device: SeenDevice,
  { signal }: Interrupt,
): Promise<void> {
  const { out } = call.screen
  if ((await runningGateway(pathsOf(call).stateDir)) === undefined) return
  out.line('Waiting for it to connect. Ctrl-C ends the waiting; it connects all the same.')
  const until = call.world.now() + PATIENCE_MS
  while (call.world.now() < until && !signal.aborted) {
    const state = await askedNow(call, device)
    if (state === 'no-answer') break
    if (state !== 'not-yet') {
      const words = state === 'connected' ? 'is connected' : 'was connected, and has gone again'
      out.line(out.style.green(`${deviceWords(device)} ${words}.`))
      return
    }
    await sleep(ASK_MS, undefined, { signal }).catch(() => {})
  }
  out.line(`It is not connected yet: ${call.program} nodes list`)
}

/** A gateway that went meanwhile is no failure of the approval. */
async function askedNow(
  call: Call,
  { deviceId, approvedAt }: SeenDevice,
): Promise<Connection | 'no-answer'> {
  const isConnected = async (): Promise<boolean> => {
    const { nodes } = await askGateway(call, { method: 'node.list', params: {} })
    return nodes.find(({ nodeId }) => nodeId === deviceId)?.connected === true
  }
  try {
    return await connectionOf({
      isConnected,
      wasSeen: () => wasSeen(call, deviceId, approvedAt),
      pause: () => sleep(ASK_MS),
    })
  } catch (error) {
    if (isOpenClawError(error)) return 'no-answer'
    throw error
  }
}

/** How it stands with a device that was approved. */
export type Connection = 'connected' | 'was-connected' | 'not-yet'

/** Where that is looked up. */
export interface Whereabouts {
  readonly isConnected: () => Promise<boolean>
  /** Whether it was let in at some time. */
  readonly wasSeen: () => Promise<boolean>
  readonly pause: () => Promise<void>
}

/** Nobody is said to have gone who is just coming: what was is read before what is, and what is twice. */
export async function connectionOf({
  isConnected,
  wasSeen,
  pause,
}: Whereabouts): Promise<Connection> {
  const isKnown = await wasSeen()
  if (await isConnected()) return 'connected'
  if (!isKnown) return 'not-yet'
  // A device is let in a moment before it is among the connected.
  await pause()
  return (await isConnected()) ? 'connected' : 'was-connected'
}

/** One that comes for a moment may have gone before anybody looks: the token that it was given tells of it. */
function wasSeen(call: Call, deviceId: string, since: number): Promise<boolean> {
  return withWaiting(call, 'read', async ({ pairing }) => {
    const { devices } = granted(await pairing.devices().pairing.list(LOOKER))
    const tokens = devices.find((device) => device.deviceId === deviceId)?.tokens ?? []
    return tokens.some(({ role, createdAt }) => role === 'node' && createdAt >= since)
  })
}
