import type { ApproveOutcome, PendingRequest } from '@openclaw/dm-pairing'
import { readExpires } from '../args/span.ts'
import type { Call, Command } from '../args/types.ts'
import { text } from '../args/values.ts'
import { type CliError, RefusedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { approved } from '../people/approved.ts'
import { canAsk } from '../people/ask.ts'
import { decide } from '../people/decide.ts'
import { notPending, type Wanted } from '../people/find.ts'
import { placeWords, senderWords } from '../people/places.ts'
import { askApproval } from '../people/request-page.ts'
import { refused, type Session } from '../people/session.ts'

/** `pairing approve`. */
export const command: Command = {
  usage: [
    'pairing approve <channel> <code|id> [--account <id>] [--expires <when>] [--yes]',
    'pairing approve --channel <channel> <code|id>',
    'pairing approve <code|id>',
  ],
  about:
    'Lets somebody in who asked: they may write to the assistant in direct chats on that channel account, in no group. On a terminal it shows who asks and what is given, and asks you first; elsewhere the explicit code or request id is the consent.',
  options: {
    channel: { type: 'string', value: '<name>', summary: 'another way to name the channel' },
    account: {
      type: 'string',
      value: '<id>',
      summary: 'the account, where several could be meant',
    },
    expires: {
      type: 'string',
      value: '<when>',
      summary: 'ends by itself: 30m, 2h, 7d, or the end of a day such as 2026-12-31',
    },
    yes: { type: 'boolean', summary: 'do not ask' },
    notify: {
      type: 'boolean',
      summary: 'accepted for OpenClaw’s sake: the gateway always tells them',
      hidden: true,
    },
  },
  words: { min: 1, max: 64 },
  complete: ['channel', 'request'],
  examples: [
    { line: 'pairing approve telegram ABCD2345', what: 'look, then decide' },
    {
      line: 'pairing approve telegram abcd-2345 --yes',
      what: 'without a question, typed as you like',
    },
    { line: 'pairing approve telegram ABCD2345 --expires 2h', what: 'for two hours' },
    { line: 'pairing approve telegram req-0a1b2c3d4e5f', what: 'by request id' },
  ],
  run: approve,
}

async function approve(call: Call): Promise<ExitCode> {
  const typed = text(call, 'expires')
  const expiresInMs = typed === undefined ? undefined : readExpires(typed, call.world.now())
  return decide(call, 'approve', async ({ session, request, wanted }) => {
    const asks = canAsk(call)
    const answer = asks ? await askApproval(call, request, expiresInMs) : 'approve'
    if (answer === 'not-now') throw notNow(request)
    if (answer === 'block') return block(call, session, request)
    const outcome = await session.people.approve(session.actor, referenceOf(request), {
      ...(asks ? { digest: request.digest } : {}),
      ...(expiresInMs === undefined ? {} : { expiresInMs }),
    })
    if (outcome.outcome !== 'approved') throw notApproved(outcome, wanted)
    return approved(call, outcome, session.config())
  })
}

/** By id: what a person looked at is what is approved, not whoever has the code by then. */
function referenceOf({ channel, account, requestId }: PendingRequest) {
  return { channel, account, typed: requestId }
}

function notApproved(
  outcome: Exclude<ApproveOutcome, { outcome: 'approved' }>,
  wanted: Wanted,
): CliError {
  switch (outcome.outcome) {
    case 'denied':
      return refused(outcome)
    case 'changed':
      return changed(outcome)
    case 'sender-blocked':
      return new RefusedError(
        'ERR_CLI_SENDER_BLOCKED',
        `sender ${outcome.sender.senderId} is blocked, and a block outranks an approval`,
        { hint: `openclaw pairing unblock ${senderWords(outcome.sender)}` },
      )
    default:
      return notPending(outcome, wanted)
  }
}

function changed({
  request,
  difference,
}: Extract<ApproveOutcome, { outcome: 'changed' }>): RefusedError {
  return new RefusedError(
    'ERR_CLI_REQUEST_CHANGED',
    ['the request has changed since it was shown; nothing was approved:', ...difference].join('\n'),
    {
      hint: `look again: openclaw pairing approve ${placeWords(request)} ${request.requestId}`,
      detail: { difference: [...difference] },
    },
  )
}

function notNow(request: PendingRequest): RefusedError {
  return new RefusedError(
    'ERR_CLI_ANSWERED_NO',
    'Not approved. Nothing changed; the request stays on the list.',
    {
      hint: `turn it down: openclaw pairing reject ${placeWords(request)} ${request.code}`,
    },
  )
}

async function block(
  call: Call,
  { people, actor }: Session,
  { channel, account, senderId }: PendingRequest,
): Promise<ExitCode> {
  const outcome = await people.block(actor, { channel, account, senderId })
  if (outcome.outcome === 'denied') throw refused(outcome)
  if (call.json) {
    call.screen.json({ outcome: 'blocked', channel, account, id: senderId })
    return EXIT.done
  }
  const { out } = call.screen
  out.line(`${out.style.yellow(`Blocked ${channel} sender ${safe(senderId)}`)}.`)
  const undo = senderWords({ channel, account, senderId })
  out.line(out.style.dim(`Undo: ${call.program} pairing unblock ${undo}`))
  return EXIT.done
}
