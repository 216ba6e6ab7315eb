import { readExpires } from '../args/span.ts'
import type { Call, Command } from '../args/types.ts'
import { text } from '../args/values.ts'
import type { ExitCode } from '../exit-codes.ts'
import { absolute } from '../output/time.ts'
import { runSenderVerb, senderOptions } from '../people/sender-verb.ts'

/** `pairing allow`. */
export const command: Command = {
  usage: ['pairing allow <channel> <senderId> [--account <id>] [--expires <when>] [--yes]'],
  about:
    'Lets somebody in by their id on the channel, without a code: for people whose code never arrived, or whom you know. Also confirms somebody who was revoked and came back by another program.',
  options: {
    ...senderOptions,
    expires: {
      type: 'string',
      value: '<when>',
      summary: 'ends by itself: 30m, 2h, 7d, or the end of a day such as 2026-12-31',
    },
  },
  words: { min: 2, max: 2 },
  complete: ['channel', 'sender'],
  examples: [
    { line: 'pairing allow telegram 123456789', what: 'a person you know' },
    {
      line: 'pairing allow telegram 123456789 --expires 7d --yes',
      what: 'for a week, from a script',
    },
  ],
  run: allow,
}

function allow(call: Call): Promise<ExitCode> {
  const typed = text(call, 'expires')
  const now = call.world.now()
  const expiresInMs = typed === undefined ? undefined : readExpires(typed, now)
  return runSenderVerb(call, {
    name: 'allow',
    consequence:
      'They may write to the assistant directly on this channel account; in no group, on no other channel.',
    done: 'Allowed',
    already: 'may write already',
    undo: 'revoke',
    facts: [['Until', expiresInMs === undefined ? 'you revoke it' : absolute(now + expiresInMs)]],
    act: ({ people, actor }, sender) =>
      people.allow(actor, sender, expiresInMs === undefined ? {} : { expiresInMs }),
  })
}
