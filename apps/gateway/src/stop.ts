import { setTimeout as sleep } from 'node:timers/promises'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { Channels } from './channels/channels.ts'
import { inWords } from './channels/supervise.ts'
import type { Traffic } from './channels/traffic.ts'
import type { Listener } from './http/listen.ts'
import { CHANNELS_END_MS, DRAIN_MS } from './limits.ts'
import type { Undo } from './undo.ts'
import type { RunningDevices } from './ws/devices.ts'

/** What a {@link stopper} ends. */
export interface StopComponents {
  readonly listener: Listener
  readonly traffic: Traffic
  readonly stopping: AbortController
  readonly channels: Channels
  readonly devices: RunningDevices
  readonly undo: Undo
  readonly log: ChannelLog
}

/** Ends a gateway, once. */
export interface Stopper {
  readonly isStopping: () => boolean
  readonly stop: () => Promise<void>
}

/** In this order: nothing new, finish what is under way, end the channels, close the store, give back port and directory. */
export function stopper(components: StopComponents): Stopper {
  let stopped: Promise<void> | undefined
  return {
    isStopping: () => stopped !== undefined,
    stop: () => (stopped ??= end(components)),
  }
}

async function end(components: StopComponents): Promise<void> {
  const { listener, traffic, stopping, channels, devices, undo, log } = components
  log('info', 'stopping', {})
  listener.quiet()
  const [left] = await Promise.all([traffic.drain(DRAIN_MS), devices.stop()])
  if (left > 0) log('warn', 'messages-interrupted', { count: left })
  stopping.abort()
  const late = new AbortController()
  await Promise.race([
    channels.ended.finally(() => late.abort()),
    sleep(CHANNELS_END_MS, undefined, { signal: late.signal }).catch(() => {}),
  ])
  for (const error of await undo.all()) log('error', 'stop-failed', { reason: inWords(error) })
  log('info', 'stopped', {})
}
