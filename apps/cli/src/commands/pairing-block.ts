import type { Command } from '../args/types.ts'
import { runSenderVerb, senderOptions } from '../people/sender-verb.ts'

/** `pairing block`. */
export const command: Command = {
  usage: ['pairing block <channel> <senderId> [--account <id>] [--yes]'],
  about:
    'Blocks somebody: their messages are dropped and they cannot ask. A block outranks every approval and the configuration. They are not told.',
  options: senderOptions,
  words: { min: 2, max: 2 },
  complete: ['channel', 'sender'],
  examples: [{ line: 'pairing block telegram 123456789', what: 'never hear of them again' }],
  run: (call) =>
    runSenderVerb(call, {
      name: 'block',
      consequence:
        'They are never heard again, whatever else says so, until you unblock them. They are not told.',
      done: 'Blocked',
      already: 'is blocked already',
      undo: 'unblock',
      act: ({ people, actor }, sender) => people.block(actor, sender),
    }),
}
