import type { Call, Command } from '../args/types.ts'
import { gone } from '../devices/change.ts'
import { deviceJson } from '../devices/json.ts'
import { withDevices } from '../devices/session.ts'
import { findDevice } from '../devices/which.ts'
import { deviceName, shortId } from '../devices/words.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { granted } from '../people/session.ts'
import { argumentWord } from '../program.ts'
import { commandLine, remoteOptions } from '../remote/options.ts'

/** `devices rename`. */
export const command: Command = {
  usage: ['devices rename <deviceId> <label>'],
  about:
    "Gives a device your own name for it, which lists then show instead of what it calls itself, and by which commands find it. '' takes the name away.",
  options: remoteOptions,
  words: { min: 2, max: 16 },
  complete: ['device'],
  examples: [
    { line: "devices rename 268f9801d37e 'Kitchen tablet'", what: 'a name' },
    { line: "devices rename 268f9801d37e ''", what: 'none' },
  ],
  run: rename,
}

async function rename(call: Call): Promise<ExitCode> {
  const [typed = '', ...words] = call.words
  const label = words.join(' ')
  const before = await withDevices(call, 'read', (session) => findDevice(session, typed))
  const { deviceId } = before
  const outcome = await withDevices(call, 'write', async ({ devices, actor }) =>
    granted(await devices.rename(actor, deviceId, label)),
  )
  if (outcome.outcome === 'not-known' || outcome.device === undefined) throw gone(before)
  const { device, changed } = outcome
  if (call.json) {
    call.screen.json({ deviceId, label: device.label ?? null, changed, device: deviceJson(device) })
    return EXIT.done
  }
  const { out } = call.screen
  const id = shortId(deviceId)
  if (!changed) {
    out.line(`Nothing to do: ${id} is called so already.`)
    return EXIT.done
  }
  out.line(
    device.label === undefined
      ? `${out.style.green(`${id} has no name of yours any more`)}; it calls itself ${deviceName(device.description) || 'nothing'}.`
      : `${out.style.green(`${id} is now called ${safe(device.label)}`)}.`,
  )
  out.line(
    out.style.dim(
      `Undo: ${commandLine(call, 'devices rename')} ${id} ${safe(argumentWord(before.label ?? ''))}`,
    ),
  )
  return EXIT.done
}
