import type { Command } from '../args/types.ts'
import { login } from '../channels/login.ts'

/** `channels login`. */
export const command: Command = {
  usage: ['channels login [whatsapp] [--account <name>]'],
  about:
    'Links this machine as a device of a WhatsApp account: shows a QR code, and another when WhatsApp changes it, until the phone has scanned one. The session is put in its place when it stands; Ctrl-C before that leaves nothing. A gateway that waits for it connects by itself; one that is connected with the session has to be stopped first. It needs the library baileys, and says how to install it.',
  options: {
    account: { type: 'string', value: '<name>', summary: 'which account; default' },
    channel: { type: 'string', value: '<channel>', summary: 'as in OpenClaw 2026.2', hidden: true },
  },
  words: { min: 0, max: 1 },
  json: 'lines',
  examples: [
    { line: 'channels login whatsapp', what: 'show the code, scan it with the phone' },
    { line: 'channels login whatsapp --account work', what: 'another account' },
    { line: 'channels login whatsapp --json', what: 'for a script: one object a line' },
  ],
  run: login,
}
