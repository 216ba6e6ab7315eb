import type { DevicePairing } from '@openclaw/device-pairing'

/** What {@link switchedSetup} works with. */
export interface SetupSwitch {
  readonly devices: DevicePairing
  /** Asked each time a code is shown. */
  readonly isOn: () => boolean
  /** Told of each that is shown while they are switched off. */
  readonly onRefused: () => void
}

/**
 * The door for devices, at which no setup code counts while they are switched off. Each is answered as one that nobody
 * made: any other word would tell a secret from a guess, which is not counted then.
 */
export function switchedSetup({ devices, isOn, onRefused }: SetupSwitch): DevicePairing {
  const { setup } = devices
  return {
    ...devices,
    setup: {
      ...setup,
      redeem: async (secret, deviceId) => {
        if (isOn()) return setup.redeem(secret, deviceId)
        onRefused()
        return { outcome: 'unknown' }
      },
    },
  }
}
