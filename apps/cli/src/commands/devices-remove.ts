import type { Call, Command } from '../args/types.ts'
import { askChange, gone } from '../devices/change.ts'
import { withDevices } from '../devices/session.ts'
import { findRemovable } from '../devices/which.ts'
import { deviceWords, shortId } from '../devices/words.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { granted } from '../people/session.ts'
import { remoteOptions } from '../remote/options.ts'

/** `devices remove`. */
export const command: Command = {
  usage: ['devices remove <deviceId> [--yes]'],
  about:
    'Forgets a device with all its roles: what is connected with it ends at once, and its key has to ask again. Also lets a rejected key ask again at once. To keep a device out, use devices revoke: a removed one may ask.',
  options: { yes: { type: 'boolean', summary: 'do not ask' }, ...remoteOptions },
  words: { min: 1, max: 1 },
  complete: ['device'],
  examples: [
    { line: 'devices remove 268f9801d37e', what: 'by the start of its id' },
    { line: 'devices remove Kitchen --yes', what: 'by your name for it, without a question' },
  ],
  run: remove,
}

async function remove(call: Call): Promise<ExitCode> {
  const typed = call.words[0] ?? ''
  const { deviceId, device } = await withDevices(call, 'read', (session) =>
    findRemovable(session, typed),
  )
  if (device !== undefined) {
    await askChange(call, {
      device,
      consequence:
        'It is forgotten, and what is connected with it ends at once. It may ask to be paired again.',
      question: 'Remove it?',
    })
  }
  const outcome = await withDevices(call, 'write', async ({ devices, actor }) =>
    granted(await devices.remove(actor, deviceId)),
  )
  if (outcome.outcome === 'not-known') throw gone({ deviceId })
  if (call.json) call.screen.json({ deviceId, outcome: 'removed' })
  else {
    const { out } = call.screen
    const name = device === undefined ? shortId(deviceId) : deviceWords(device)
    out.line(`${out.style.yellow(`Removed ${name}`)}. It may ask to be paired again.`)
  }
  return EXIT.done
}
