import type { Command } from '../args/types.ts'
import { runSenderVerb, senderOptions } from '../people/sender-verb.ts'

/** `pairing unblock`. */
export const command: Command = {
  usage: ['pairing unblock <channel> <senderId> [--account <id>] [--yes]'],
  about: 'Ends a block. That lets nobody in: they are a stranger again and may ask.',
  options: senderOptions,
  words: { min: 2, max: 2 },
  complete: ['channel', 'blocked'],
  examples: [{ line: 'pairing unblock telegram 123456789', what: 'they may ask again' }],
  run: (call) =>
    runSenderVerb(call, {
      name: 'unblock',
      consequence: 'The block ends. They are a stranger again: not let in, but they may ask.',
      done: 'Unblocked',
      already: 'was not blocked',
      undo: 'block',
      act: ({ people, actor }, sender) => people.unblock(actor, sender),
    }),
}
