import type { Call, Command } from '../args/types.ts'
import { deviceJson } from '../devices/json.ts'
import { printRenamed, renameDevice } from '../devices/rename.ts'
import { withDevices } from '../devices/session.ts'
import { findDevice } from '../devices/which.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { remoteOptions } from '../remote/options.ts'

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
  const before = await withDevices(call, 'read', (session) => findDevice(session, typed))
  const renamed = await renameDevice(call, before, words.join(' '))
  const { device, changed } = renamed
  const { deviceId, label = null } = device
  if (call.json) call.screen.json({ deviceId, label, changed, device: deviceJson(device) })
  else printRenamed(call, before, renamed)
  return EXIT.done
}
