import type { Explanation } from '@openclaw/dm-pairing'
import type { Call, Command } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withProgram } from '../hints.ts'
import { safe } from '../output/safe.ts'
import { withLocalTimes } from '../output/time.ts'
import { wrap } from '../output/wrap.ts'
import { placeName } from '../people/places.ts'
import { parseSender, senderOptions } from '../people/sender-verb.ts'
import { granted, withSession } from '../people/session.ts'

const { account } = senderOptions

/** `pairing why`. */
export const command: Command = {
  usage: ['pairing why <channel> <senderId> [--account <id>]'],
  about:
    'Says what would become of a message that this sender wrote now, and every fact that leads to it. Changes nothing.',
  options: account === undefined ? {} : { account },
  words: { min: 2, max: 2 },
  complete: ['channel', 'sender'],
  examples: [{ line: 'pairing why telegram 123456789', what: 'why do they get no answer?' }],
  run: why,
}

const DECISIONS: Readonly<Record<Explanation['decision'], string>> = {
  deliver: 'is delivered to the assistant',
  challenge: 'is held back; they get a code and wait for you',
  pending: 'is held back, and they are told nothing',
  full: 'is held back; too many wait already, so they cannot ask',
  ignored: 'is ignored',
}

async function why(call: Call): Promise<ExitCode> {
  const explanation = await withSession(call, 'read', async (session) =>
    granted(await session.people.why(session.actor, await parseSender(session, call))),
  )
  const { channel, account, senderId, decision, facts } = explanation
  if (call.json) {
    call.screen.json({ channel, account, id: senderId, decision, facts: [...facts] })
    return EXIT.done
  }
  const { out } = call.screen
  const paint = decision === 'deliver' ? out.style.green : out.style.yellow
  out.prose(
    `A message of ${safe(senderId)} on ${placeName(explanation)} ${paint(DECISIONS[decision])}.`,
  )
  for (const fact of facts) {
    wrap(
      withLocalTimes(safe(withProgram(fact, call.program))),
      (out.width ?? Number.POSITIVE_INFINITY) - 4,
    ).forEach((line, index) => {
      out.line(`  ${index === 0 ? '-' : ' '} ${line}`)
    })
  }
  return EXIT.done
}
