import { DEVICE_COLLECTIONS, deviceListing } from '@openclaw/device-pairing'
import type { DevicesToRead, ReadOptions } from '../open-types.ts'
import { deviceFamilies, deviceSettings } from './devices.ts'
import { openState } from './open-state.ts'

/**
 * Opens the devices' half of this machine's state, for a page that is read and forgotten: what was checked when it was
 * written is not checked again, the files of people are not looked at, and nothing is made on disk. Never for a gate.
 *
 * @throws as `openPairing`
 */
export async function readDevices(options: ReadOptions = {}): Promise<DevicesToRead> {
  const { ports, backend, config } = await openState({
    ...options,
    mode: 'read',
    trustVerified: true,
    hold: DEVICE_COLLECTIONS,
    families: (settings, sha256) => deviceFamilies(sha256, settings),
  })
  const devices = deviceListing(ports, deviceSettings(config()))
  return { devices, backend, config, close: () => ports.store.close() }
}
