import type { Command } from '../args/types.ts'
import { logout } from '../channels/logout.ts'

/** `channels logout`. */
export const command: Command = {
  usage: ['channels logout [whatsapp] [--account <name>] [--yes]'],
  about:
    'Ends the linked device of a WhatsApp account: WhatsApp is told, and the session here is deleted. Who was approved stays approved. A gateway that is connected with the session has to be stopped first.',
  options: {
    account: { type: 'string', value: '<name>', summary: 'which account; default' },
    channel: { type: 'string', value: '<channel>', summary: 'as in OpenClaw 2026.2', hidden: true },
    yes: { type: 'boolean', summary: 'do not ask' },
  },
  words: { min: 0, max: 1 },
  examples: [{ line: 'channels logout whatsapp', what: 'the phone lists this device no more' }],
  run: logout,
}
