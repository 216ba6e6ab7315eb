import type { PendingRequest, RejectOutcome } from '@openclaw/dm-pairing'
import type { Call, Command } from '../args/types.ts'
import { given } from '../args/values.ts'
import { RefusedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { iso } from '../output/time.ts'
import { canAsk, confirm, questionPage } from '../people/ask.ts'
import { decide } from '../people/decide.ts'
import { printFacts } from '../people/facts.ts'
import { notPending } from '../people/find.ts'
import { type GatewayRuns, gatewayRuns } from '../people/gateway-runs.ts'
import { noticeText } from '../people/notice-text.ts'
import { senderWords } from '../people/places.ts'
import { noticeJson } from '../people/request-json.ts'
import { requestFacts } from '../people/request-page.ts'
import { refused } from '../people/session.ts'

/** `pairing reject`. */
export const command: Command = {
  usage: ['pairing reject <channel> <code|id> [--account <id>] [--silent] [--yes]'],
  about:
    'Turns a request down. The code is void, and the gateway tells the sender once that their request was not approved, where it answers strangers at all; after an hour they may ask again. With --silent they are told nothing (an open page of the web chat shows that the request is over). To never hear of them again: pairing block.',
  options: {
    channel: { type: 'string', value: '<name>', summary: 'another way to name the channel' },
    account: {
      type: 'string',
      value: '<id>',
      summary: 'the account, where several could be meant',
    },
    silent: { type: 'boolean', summary: 'do not tell them' },
    yes: { type: 'boolean', summary: 'do not ask' },
  },
  words: { min: 1, max: 64 },
  complete: ['channel', 'request'],
  examples: [
    { line: 'pairing reject telegram ABCD2345', what: 'no, thank you' },
    { line: 'pairing reject telegram ABCD2345 --silent', what: 'without a word' },
  ],
  run: reject,
}

function reject(call: Call): Promise<ExitCode> {
  return decide(call, 'reject', async ({ session, request, wanted }) => {
    if (canAsk(call) && !(await agrees(call, request))) {
      throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Not rejected. Nothing changed.')
    }
    const { channel, account, requestId } = request
    const reference = { channel, account, typed: requestId }
    const tell = given(call, 'silent') ? 'nobody' : 'requester'
    const outcome = await session.people.reject(session.actor, reference, { tell })
    if (outcome.outcome === 'denied') throw refused(outcome)
    if (outcome.outcome !== 'rejected') throw notPending(outcome, wanted)
    return settle(call, outcome, await gatewayRuns(session.config()))
  })
}

async function agrees(call: Call, request: PendingRequest): Promise<boolean> {
  const page = questionPage(call)
  if (page !== undefined) printFacts(page, requestFacts(request, call.world.now()))
  page?.line()
  return confirm(call, 'Reject?')
}

function settle(
  call: Call,
  { request, notice }: Extract<RejectOutcome, { outcome: 'rejected' }>,
  running: GatewayRuns,
): ExitCode {
  const { channel, account, senderId, requestId, at } = request
  if (call.json) {
    call.screen.json({
      outcome: 'rejected',
      channel,
      account,
      id: senderId,
      requestId,
      at: iso(at),
      notice: notice === undefined ? null : noticeJson(notice),
    })
    return EXIT.done
  }
  const { out } = call.screen
  const told = noticeText({ channel, notice, running })
  // The page of the web chat shows by itself how its visitor stands.
  const page = channel === 'webchat' ? 'Their open page says that the request is over.' : undefined
  out.line(`${out.style.yellow(`Rejected ${channel} sender ${safe(senderId)}`)}.`)
  out.prose(told ?? page ?? 'They are not told.')
  out.line(
    out.style.dim(
      `To never hear of them again: ${call.program} pairing block ${senderWords(request)}`,
    ),
  )
  return EXIT.done
}
