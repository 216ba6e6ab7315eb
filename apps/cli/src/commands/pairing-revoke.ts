import type { Command } from '../args/types.ts'
import { runSenderVerb, senderOptions } from '../people/sender-verb.ts'

/** `pairing revoke`. */
export const command: Command = {
  usage: ['pairing revoke <channel> <senderId> [--account <id>] [--yes]'],
  about:
    'Takes an approval back, at once, also for a running gateway. Nothing is sent to the sender (an open page of the web chat shows it), who may ask again; pairing block prevents that.',
  options: senderOptions,
  words: { min: 2, max: 2 },
  complete: ['channel', 'allowed'],
  examples: [{ line: 'pairing revoke telegram 123456789', what: 'they may not write any more' }],
  run: (call) =>
    runSenderVerb(call, {
      name: 'revoke',
      consequence: 'Their messages are not delivered any more, from now on. They may ask again.',
      done: 'Revoked',
      already: 'was not allowed',
      undo: 'allow',
      act: ({ people, actor }, sender) => people.revoke(actor, sender),
    }),
}
