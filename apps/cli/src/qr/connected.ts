import { setTimeout as sleep } from 'node:timers/promises'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import type { SeenDevice } from '../devices/door.ts'
import { deviceWords } from '../devices/words.ts'
import { askGateway } from '../nodes/live.ts'
import { pathsOf } from '../paths.ts'
import { runningGateway } from '../people/gateway-runs.ts'
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
  out.line(`Waiting for it to connect. Ctrl-C ends the waiting; it connects all the same.`)
  const until = call.world.now() + PATIENCE_MS
  while (call.world.now() < until && !signal.aborted) {
    const state = await connectionOf(call, device.deviceId)
    if (state === 'connected') {
      out.line(out.style.green(`${deviceWords(device)} is connected.`))
      return
    }
    if (state === 'no-answer') break
    await sleep(ASK_MS, undefined, { signal }).catch(() => {})
  }
  out.line(`It is not connected yet: ${call.program} nodes list`)
}

/** A gateway that went meanwhile is no failure of the approval. */
async function connectionOf(
  call: Call,
  deviceId: string,
): Promise<'connected' | 'not-yet' | 'no-answer'> {
  try {
    const { nodes } = await askGateway(call, { method: 'node.list', params: {} })
    const node = nodes.find(({ nodeId }) => nodeId === deviceId)
    return node?.connected === true ? 'connected' : 'not-yet'
  } catch (error) {
    if (isOpenClawError(error)) return 'no-answer'
    throw error
  }
}
