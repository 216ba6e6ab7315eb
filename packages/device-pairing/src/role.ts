import type { DeviceRole } from './types.ts'

/** True for a role that a device may have. */
export function isDeviceRole(role: string): role is DeviceRole {
  return role === 'operator' || role === 'node'
}
