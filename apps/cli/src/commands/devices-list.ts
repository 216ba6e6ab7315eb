import type { Command } from '../args/types.ts'
import { listsJson } from '../devices/json.ts'
import { withDeviceLists } from '../devices/session.ts'
import { EXIT } from '../exit-codes.ts'
import { granted } from '../people/session.ts'
import { remoteOptions } from '../remote/options.ts'

/** `devices list`. */
export const command: Command = {
  usage: ['devices list'],
  about:
    'Shows which devices wait for your decision, what each asks for beyond what it has, and which are paired: with their rights, when they were seen last and how their tokens are. Needs no gateway. Changes nothing. With --url, of a gateway elsewhere that let this computer in as an operator.',
  options: remoteOptions,
  words: { min: 0, max: 0 },
  examples: [
    { line: 'devices list', what: 'who waits, who is paired' },
    { line: 'devices list --json', what: 'for a script, in the shapes of OpenClaw' },
    { line: 'devices list --url wss://gateway.example:18789', what: 'of a gateway elsewhere' },
  ],
  run: (call) =>
    withDeviceLists(call, async ({ devices, actor }) => {
      const lists = granted(await devices.list(actor, { digests: 'left-out' }))
      if (call.json) {
        call.screen.json(listsJson(lists))
        return EXIT.done
      }
      const { printDevices } = await import('../devices/list-page.ts')
      printDevices(call, lists)
      return EXIT.done
    }),
}
