import type { DevicePairing, LegacyNodes } from '@openclaw/device-pairing'
import type { Call } from '../args/types.ts'
import { type Session, type SessionMode, withSession } from '../people/session.ts'

/** The state directory opened for one command about devices. */
export interface DeviceSession extends Session {
  readonly devices: DevicePairing
  readonly legacyNodes: LegacyNodes
}

/** Opens the state with the door for devices, works on it, and closes it. */
export function withDevices<R>(
  call: Call,
  mode: Exclude<SessionMode, 'glance-people'>,
  work: (session: DeviceSession) => Promise<R>,
): Promise<R> {
  return withSession(call, mode, async (session) => {
    const { pairing: devices, legacyNodes } = await session.pairing.devices()
    return work({ ...session, devices, legacyNodes })
  })
}
