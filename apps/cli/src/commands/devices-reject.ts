import type { Call, Command } from '../args/types.ts'
import { decideDevice } from '../devices/decide.ts'
import { rejectRequest } from '../devices/rejected.ts'
import { requestFacts } from '../devices/request-page.ts'
import type { NamedRequest } from '../devices/words.ts'
import { RefusedError } from '../errors.ts'
import type { ExitCode } from '../exit-codes.ts'
import { canAsk, confirm, questionPage } from '../people/ask.ts'
import { printFacts } from '../people/facts.ts'
import { remoteOptions } from '../remote/options.ts'

/** `devices reject`. */
export const command: Command = {
  usage: ['devices reject <requestId> [--yes]'],
  about:
    'Turns the request of a device down. Its key may ask again after 10 minutes; what it was granted before stays.',
  options: { yes: { type: 'boolean', summary: 'do not ask' }, ...remoteOptions },
  words: { min: 1, max: 1 },
  complete: ['device-request'],
  examples: [{ line: 'devices reject device-0a1b2c3d4e5f', what: 'no, thank you' }],
  run: reject,
}

function reject(call: Call): Promise<ExitCode> {
  const requestId = call.words[0]?.trim() ?? ''
  return decideDevice<undefined>(
    call,
    { requestId, verb: 'reject' },
    {
      choose: async (request) => {
        if (canAsk(call) && !(await agrees(call, request))) {
          throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Not rejected. Nothing changed.')
        }
        return undefined
      },
      act: (session, request) => rejectRequest(call, session, request),
    },
  )
}

async function agrees(call: Call, request: NamedRequest): Promise<boolean> {
  const page = questionPage(call)
  if (page !== undefined) printFacts(page, requestFacts(request, { now: call.world.now() }))
  page?.line()
  return confirm(call, 'Reject?')
}
