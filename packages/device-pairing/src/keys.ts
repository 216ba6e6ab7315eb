import { isDeviceId } from './identity.ts'
import { isDeviceRole } from './role.ts'
import type { DeviceRole } from './types.ts'

/** The key of what is kept once per device and role. Neither part can hold a slash. */
export function roleKeyOf({
  deviceId,
  role,
}: {
  readonly deviceId: string
  readonly role: DeviceRole
}): string {
  return `${deviceId}/${role}`
}

/** Reads `deviceId/role`; `undefined` for anything else. */
export function parseRoleKey(
  key: string,
): { readonly deviceId: string; readonly role: DeviceRole } | undefined {
  const [deviceId = '', role = '', ...rest] = key.split('/')
  if (rest.length > 0 || !isDeviceId(deviceId) || !isDeviceRole(role)) return undefined
  return { deviceId, role }
}

/** What asks from one place are counted by: an IPv4 address, or the first 64 bits of an IPv6 one, which one customer has for themselves. */
export function placeOf(address: string | undefined): string {
  return networkOf(address, 4)
}

/** What asks are counted by where the list is full: an IPv4 address, or the first 48 bits of an IPv6 one, which one site has for itself. */
export function regionOf(address: string | undefined): string {
  return networkOf(address, 3)
}

/** An IPv4 address, or the first groups of an IPv6 one. */
function networkOf(address: string | undefined, first: number): string {
  const text = (address ?? '').toLowerCase()
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1]
  if (mapped !== undefined || !text.includes(':')) return mapped ?? text
  const [head = '', tail] = text.replace(/%.*$/, '').split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = Array.from({ length: Math.max(8 - left.length - right.length, 0) }, () => '0')
  const groups = tail === undefined ? left : [...left, ...gap, ...right]
  return groups
    .slice(0, first)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
