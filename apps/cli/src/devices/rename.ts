import type { Call } from '../args/types.ts'
import { RefusedError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import { granted } from '../people/session.ts'
import { argumentWord } from '../program.ts'
import { commandLine } from '../remote/options.ts'
import { gone } from './change.ts'
import type { SeenDevice } from './door.ts'
import { type DeviceSession, withDevices } from './session.ts'
import { deviceName, deviceWords, shortId } from './words.ts'

/** What became of a new name. */
export interface Renamed {
  readonly device: SeenDevice
  readonly changed: boolean
}

/**
 * Gives a device the owner's name for it; `''` takes it away.
 *
 * @throws {@link RefusedError} where another device has that name
 */
export async function renameDevice(
  call: Call,
  before: SeenDevice,
  label: string,
): Promise<Renamed> {
  const { deviceId } = before
  const outcome = await withDevices(call, 'write', async (session) => {
    await requireFree(session, { deviceId, label })
    return granted(await session.devices.rename(session.actor, deviceId, label))
  })
  if (outcome.outcome === 'not-known' || outcome.device === undefined) throw gone(before)
  return { device: outcome.device, changed: outcome.changed }
}

/** Commands find devices by these names: one that two have would name neither. */
async function requireFree(
  { devices, actor }: DeviceSession,
  { deviceId, label }: { readonly deviceId: string; readonly label: string },
): Promise<void> {
  const wanted = label.trim().toLowerCase()
  if (wanted === '') return
  const other = granted(await devices.list(actor)).devices.find(
    (device) => device.deviceId !== deviceId && device.label?.toLowerCase() === wanted,
  )
  if (other === undefined) return
  throw new RefusedError(
    'ERR_CLI_NAME_TAKEN',
    `another device has that name: ${deviceWords(other)}; nothing changed`,
    {
      hint: `choose another name, or take it away there first: openclaw devices rename ${shortId(other.deviceId)} ''`,
      detail: { deviceId: other.deviceId },
    },
  )
}

/** Says what a device is called now, and how to take that back. */
export function printRenamed(call: Call, before: SeenDevice, { device, changed }: Renamed): void {
  const { out } = call.screen
  const id = shortId(device.deviceId)
  if (!changed) {
    out.line(`Nothing to do: ${id} is called so already.`)
    return
  }
  out.line(
    device.label === undefined
      ? `${out.style.green(`${id} has no name of yours any more`)}; it calls itself ${deviceName(device.description) || 'nothing'}.`
      : `${out.style.green(`${id} is now called ${safe(device.label)}`)}.`,
  )
  const undo = `${commandLine(call, 'devices rename')} ${id}`
  out.line(out.style.dim(`Undo: ${undo} ${safe(argumentWord(before.label ?? ''))}`))
}
