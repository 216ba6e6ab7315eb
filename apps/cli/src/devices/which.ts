import { isDeviceId } from '@openclaw/device-pairing'
import { NotFoundError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import { granted } from '../people/session.ts'
import type { SeenDevice } from './door.ts'
import { brief } from './find.ts'
import type { DeviceSession } from './session.ts'
import { deviceName } from './words.ts'

/** Hex digits that a device must be named by at least. */
const SHORTEST = 6
/** More candidates than this are a list of their own. */
const SHOWN = 5

/**
 * The paired device that a person named: by its id, the start of it, or the name that the owner gave it. What a device
 * calls itself names nothing, or any device could take the place of another.
 *
 * @throws {@link NotFoundError} with the candidates where it is none, or more than one
 */
export async function findDevice(session: DeviceSession, typed: string): Promise<SeenDevice> {
  const { devices } = granted(await session.devices.list(session.actor))
  const [only, ...others] = devices.filter((device) => isNamed(device, typed))
  if (only !== undefined && others.length === 0) return only
  throw only === undefined ? notKnown(devices, typed) : ambiguous([only, ...others], typed)
}

/** The id of a device to be forgotten: a paired one, or any whole id, for a device that was rejected or went. */
export async function findRemovable(
  session: DeviceSession,
  typed: string,
): Promise<{ readonly deviceId: string; readonly device: SeenDevice | undefined }> {
  const { devices } = granted(await session.devices.list(session.actor))
  const isPaired = devices.some((device) => isNamed(device, typed))
  const id = typed.trim().toLowerCase()
  if (!isPaired && isDeviceId(id)) return { deviceId: id, device: undefined }
  const device = await findDevice(session, typed)
  return { deviceId: device.deviceId, device }
}

function isNamed({ deviceId, label }: SeenDevice, typed: string): boolean {
  const wanted = typed.trim()
  if (label !== undefined && label.toLowerCase() === wanted.toLowerCase()) return true
  return isPrefix(wanted) && deviceId.startsWith(wanted.toLowerCase())
}

function isPrefix(typed: string): boolean {
  return typed.length >= SHORTEST && /^[0-9a-f]+$/i.test(typed)
}

function ambiguous(devices: readonly SeenDevice[], typed: string): NotFoundError {
  return new NotFoundError(
    [`“${brief(typed)}” could be any of these devices:`, ...lines(devices)].join('\n'),
    {
      hint: 'openclaw devices list',
      detail: { reason: 'ambiguous', candidates: devices.map(({ deviceId }) => deviceId) },
    },
  )
}

function notKnown(devices: readonly SeenDevice[], typed: string): NotFoundError {
  const called = devices.filter(
    ({ description }) => description.displayName?.toLowerCase() === typed.trim().toLowerCase(),
  )
  const detail = { reason: 'unknown', candidates: called.map(({ deviceId }) => deviceId) }
  const hint = 'openclaw devices list'
  if (called.length === 0) {
    const isShort = /^[0-9a-f]{1,5}$/i.test(typed.trim())
    const why = isShort ? `: give at least ${String(SHORTEST)} digits of its id` : ''
    return new NotFoundError(`no paired device “${brief(typed)}”${why}`, { hint, detail })
  }
  return new NotFoundError(
    [
      `no paired device “${brief(typed)}”; these call themselves so, name the one you mean by its id:`,
      ...lines(called),
    ].join('\n'),
    { hint, detail },
  )
}

function lines(devices: readonly SeenDevice[]): readonly string[] {
  const more = devices.length - SHOWN
  return [
    ...devices
      .slice(0, SHOWN)
      .map(({ deviceId, description, label, grants }) =>
        [safe(deviceId), deviceName(description, label), grants.map(({ role }) => role).join(', ')]
          .filter((part) => part !== '')
          .join('  '),
      ),
    ...(more > 0 ? [`and ${String(more)} more`] : []),
  ]
}
