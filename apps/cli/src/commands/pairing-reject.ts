import type { PendingRequest, RejectOutcome } from '@openclaw/dm-pairing'
import type { Call, Command } from '../args/types.ts'
import { RefusedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { iso } from '../output/time.ts'
import { canAsk, confirm, questionPage } from '../people/ask.ts'
import { decide } from '../people/decide.ts'
import { printFacts } from '../people/facts.ts'
import { notPending, type Wanted } from '../people/find.ts'
import { senderWords } from '../people/places.ts'
import { requestFacts } from '../people/request-page.ts'
import { refused } from '../people/session.ts'

/** `pairing reject`. */
export const command: Command = {
  usage: ['pairing reject <channel> <code|id> [--account <id>] [--yes]'],
  about:
    'Turns a request down. The code is void, and nothing is sent to the sender (an open page of the web chat shows that the request is over); after an hour they may ask again. To never hear of them again: pairing block.',
  options: {
    channel: { type: 'string', value: '<name>', summary: 'another way to name the channel' },
    account: {
      type: 'string',
      value: '<id>',
      summary: 'the account, where several could be meant',
    },
    yes: { type: 'boolean', summary: 'do not ask' },
  },
  words: { min: 1, max: 64 },
  complete: ['channel', 'request'],
  examples: [{ line: 'pairing reject telegram ABCD2345', what: 'no, thank you' }],
  run: reject,
}

function reject(call: Call): Promise<ExitCode> {
  return decide(call, 'reject', async ({ session, request, wanted }) => {
    if (canAsk(call) && !(await agrees(call, request))) {
      throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Not rejected. Nothing changed.')
    }
    const { channel, account, requestId } = request
    const reference = { channel, account, typed: requestId }
    return settle(call, await session.people.reject(session.actor, reference), wanted)
  })
}

async function agrees(call: Call, request: PendingRequest): Promise<boolean> {
  const page = questionPage(call)
  if (page !== undefined) printFacts(page, requestFacts(request, call.world.now()))
  page?.line()
  return confirm(call, 'Reject?')
}

function settle(call: Call, outcome: RejectOutcome, wanted: Wanted): ExitCode {
  if (outcome.outcome === 'denied') throw refused(outcome)
  if (outcome.outcome !== 'rejected') throw notPending(outcome, wanted)
  const { channel, account, senderId, requestId, at } = outcome.request
  if (call.json) {
    call.screen.json({
      outcome: 'rejected',
      channel,
      account,
      id: senderId,
      requestId,
      at: iso(at),
    })
    return EXIT.done
  }
  const { out } = call.screen
  // The page of the web chat shows by itself how its visitor stands.
  const told =
    channel === 'webchat' ? 'Their open page says that the request is over.' : 'They are not told.'
  out.line(`${out.style.yellow(`Rejected ${channel} sender ${safe(senderId)}`)}. ${told}`)
  out.line(
    out.style.dim(
      `To never hear of them again: ${call.program} pairing block ${senderWords(outcome.request)}`,
    ),
  )
  return EXIT.done
}
