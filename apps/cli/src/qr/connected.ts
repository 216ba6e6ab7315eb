import { setTimeout as sleep } from 'node:timers/promises'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import type { SeenDevice } from '../devices/door.ts'
import { deviceWords } from '../devices/words.ts'
import { askGateway } from '../nodes/live.ts'
import { pathsOf } from '../paths.ts'
import { runningGateway } from '../people/gateway-runs.ts'
import { granted, LOOKER, withSession } from '../people/session.ts'
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
    const state = await connectionOf(call, device)
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
async function connectionOf(
  call: Call,
  { deviceId, approvedAt }: SeenDevice,
): Promise<'connected' | 'was-connected' | 'not-yet' | 'no-answer'> {
  try {
    const { nodes } = await askGateway(call, { method: 'node.list', params: {} })
    const node = nodes.find(({ nodeId }) => nodeId === deviceId)
    if (node?.connected === true) return 'connected'
    return (await wasSeen(call, deviceId, approvedAt)) ? 'was-connected' : 'not-yet'
  } catch (error) {
    if (isOpenClawError(error)) return 'no-answer'
    throw error
  }
}

/** One that comes for a moment may have gone before anybody looks: the token that it was given tells of it. */
function wasSeen(call: Call, deviceId: string, since: number): Promise<boolean> {
  return withSession(call, 'read', async ({ pairing }) => {
    const { devices } = granted(await pairing.devices().pairing.list(LOOKER))
    const tokens = devices.find((device) => device.deviceId === deviceId)?.tokens ?? []
    return tokens.some(({ role, createdAt }) => role === 'node' && createdAt >= since)
  })
}
