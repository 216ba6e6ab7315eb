import { DEVICE_COLLECTIONS, type OwnerActor } from '@openclaw/device-pairing'
import { WAITING_COLLECTIONS } from '@openclaw/dm-pairing'
import { CHANNELS } from '@openclaw/pairing-config'
import type { ChannelName, SenderId } from '@openclaw/pairing-contracts'
import { HOUSEKEEPING_MS } from '../limits.ts'
import type { NodePairing, OpenOptions } from '../open-types.ts'
import { createPairing } from '../pairing.ts'
import { deviceFamilies, deviceSettings, devicesOn } from './devices.ts'
import { mergeNames } from './merge-names.ts'
import { openState } from './open-state.ts'
import { peopleFamilies } from './people.ts'

/**
 * Opens the pairing layer of this machine: the state directory and configuration that OpenClaw uses, found by the
 * environment and `--profile`.
 *
 * @throws `ERR_CONFIG_…` when the configuration cannot be used, `ERR_STORE_…` when the state cannot be vouched for;
 *   each names the file and the fix
 */
export async function openPairing(options: OpenOptions = {}): Promise<NodePairing> {
  const mode = options.mode ?? 'write'
  const { ports, settings, ...state } = await openState({
    ...options,
    mode,
    hold: holdOf(options),
    families: (settings, sha256) => [
      ...peopleFamilies(settings),
      ...deviceFamilies(sha256, settings),
    ],
  })
  const isPart = state.backend.kind === 'postgres' && options.database?.load === 'waiting'
  const isBrief = state.backend.kind === 'postgres' && options.database?.by === 'command'
  const readOnly = mode === 'read' || isBrief
  // who waits was written by a gateway, which had opened everything
  const unmerged = isPart ? undefined : await mergeNames(ports.store, mode)
  const pairing = createPairing({ ...ports, channels: CHANNELS }, { ...settings, readOnly })
  const isOwner = (owner: OwnerActor) =>
    pairing.people.isOwner({
      channel: owner.channel as ChannelName,
      senderId: owner.senderId as SenderId,
    })
  const devices = onFirstUse(() =>
    devicesOn(
      { ...ports, tidyMs: readOnly ? undefined : HOUSEKEEPING_MS, isOwner },
      deviceSettings(state.config()),
    ),
  )
  return {
    ...pairing,
    ...state,
    unmerged,
    devices: devices.get,
    close: async () => {
      await devices.made()?.close()
      await pairing.close()
    },
  }
}

function holdOf({ database }: OpenOptions): 'all' | readonly string[] {
  return database?.load === 'waiting' ? [...WAITING_COLLECTIONS, ...DEVICE_COLLECTIONS] : 'all'
}

/** Made when it is first asked for; `made` answers what there is, and makes nothing. */
function onFirstUse<T>(make: () => T): {
  readonly get: () => T
  readonly made: () => T | undefined
} {
  let made: T | undefined
  return { get: () => (made ??= make()), made: () => made }
}
