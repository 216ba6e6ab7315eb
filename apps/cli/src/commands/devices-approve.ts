import type { Call, Command } from '../args/types.ts'
import { given, list, text } from '../args/values.ts'
import { approvedDevice } from '../devices/approved.ts'
import { decideDevice } from '../devices/decide.ts'
import type { SeenApproval, SeenRequest } from '../devices/door.ts'
import { notWaiting } from '../devices/find.ts'
import { previewLatest } from '../devices/preview.ts'
import { rejectRequest } from '../devices/rejected.ts'
import { type Answer, askApproval } from '../devices/request-page.ts'
import type { DeviceSession } from '../devices/session.ts'
import { RefusedError } from '../errors.ts'
import type { ExitCode } from '../exit-codes.ts'
import { canAsk } from '../people/ask.ts'
import { granted } from '../people/session.ts'
import { argumentWord } from '../program.ts'
import { notOnWire, remoteOptions, remoteUrl } from '../remote/options.ts'

/** `devices approve`. */
export const command: Command = {
  usage: ['devices approve <requestId> [--scopes <a,b>] [--label <name>] [--yes]'],
  about:
    'Pairs a device that asked, or gives it what it asked for beyond what it has. On a terminal it shows the device, what it asks for and what that gives, and asks you first; elsewhere the explicit request id is the consent. Without an id, or with --latest, it only shows the newest request and exits with 4.',
  options: {
    scopes: { type: 'list', value: '<a,b>', summary: 'fewer scopes than it asks for' },
    label: { type: 'string', value: '<name>', summary: 'your name for it' },
    latest: { type: 'boolean', summary: 'show the newest request; approves nothing' },
    yes: { type: 'boolean', summary: 'do not ask' },
    ...remoteOptions,
  },
  words: { min: 0, max: 1 },
  complete: ['device-request'],
  examples: [
    { line: 'devices approve device-0a1b2c3d4e5f', what: 'look, then decide' },
    { line: "devices approve device-0a1b2c3d4e5f --label 'Kitchen' --yes", what: 'with a name' },
    {
      line: 'devices approve device-0a1b2c3d4e5f --scopes operator.read',
      what: 'less than it asks for',
    },
  ],
  run: approve,
}

function approve(call: Call): Promise<ExitCode> {
  const requestId = call.words[0]?.trim() ?? ''
  if (requestId === '' || given(call, 'latest')) return previewLatest(call)
  const asks = canAsk(call)
  const scopes = list(call, 'scopes')
  if (remoteUrl(call) !== undefined && (scopes ?? text(call, 'label')) !== undefined) {
    throw notOnWire()
  }
  return decideDevice<Answer>(
    call,
    { requestId, verb: 'approve' },
    {
      choose: async (request) => {
        const answer = asks ? await askApproval(call, request, scopes) : 'approve'
        if (answer === 'not-now') throw notNow(request)
        return answer
      },
      act: async (session, request, answer) =>
        answer === 'reject'
          ? rejectRequest(call, session, request)
          : approveNow(call, session, {
              request,
              options: {
                ...(asks && request.digest !== undefined ? { digest: request.digest } : {}),
                ...(scopes === undefined ? {} : { scopes }),
                ...label(call),
              },
            }),
    },
  )
}

function label(call: Call): Pick<SeenApproval, 'label'> {
  const name = text(call, 'label')
  return name === undefined ? {} : { label: name }
}

async function approveNow(
  call: Call,
  session: DeviceSession,
  { request, options }: { readonly request: SeenRequest; readonly options: SeenApproval },
): Promise<ExitCode> {
  const { requestId } = request
  const outcome = granted(await session.devices.approve(session.actor, requestId, options))
  if (outcome.outcome === 'approved') return approvedDevice(call, session, { request, ...outcome })
  if (outcome.outcome === 'changed') throw changed(outcome.request, outcome.difference)
  throw await notWaiting(session, { requestId, verb: 'approve' }, outcome)
}

function changed({ requestId }: SeenRequest, difference: readonly string[]): RefusedError {
  return new RefusedError(
    'ERR_CLI_REQUEST_CHANGED',
    ['the request has changed since it was shown; nothing was approved:', ...difference].join('\n'),
    {
      hint: `look again: openclaw devices approve ${argumentWord(requestId)}`,
      detail: { difference: [...difference] },
    },
  )
}

function notNow({ requestId }: SeenRequest): RefusedError {
  return new RefusedError(
    'ERR_CLI_ANSWERED_NO',
    'Not approved. Nothing changed; the request stays on the list while the device asks.',
    { hint: `turn it down: openclaw devices reject ${argumentWord(requestId)}` },
  )
}
