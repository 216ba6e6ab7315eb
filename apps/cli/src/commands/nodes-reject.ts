import type { Call, Command } from '../args/types.ts'
import { withDevices } from '../devices/session.ts'
import { claim } from '../devices/words.ts'
import { RefusedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { findNodeRequest, noNodeRequest } from '../nodes/find.ts'
import { nodeFacts } from '../nodes/page.ts'
import { canAsk, confirm, questionPage } from '../people/ask.ts'
import { printFacts } from '../people/facts.ts'
import { granted } from '../people/session.ts'
import { remoteOptions } from '../remote/options.ts'

/** `nodes reject`. */
export const command: Command = {
  usage: ['nodes reject <requestId> [--yes]'],
  about: 'Turns a node of the older pairing of nodes down. It may ask again.',
  options: { yes: { type: 'boolean', summary: 'do not ask' }, ...remoteOptions },
  words: { min: 1, max: 1 },
  complete: ['node-request'],
  examples: [{ line: 'nodes reject node-0a1b2c3d4e5f', what: 'no, thank you' }],
  run: reject,
}

async function reject(call: Call): Promise<ExitCode> {
  const wanted = { requestId: call.words[0]?.trim() ?? '', verb: 'reject' } as const
  const request = await withDevices(call, 'read', (session) => findNodeRequest(session, wanted))
  const page = questionPage(call)
  if (page !== undefined && canAsk(call)) {
    printFacts(page, nodeFacts(request, call.world.now()))
    page.line()
    if (!(await confirm(call, 'Reject?'))) {
      throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Not rejected. Nothing changed.')
    }
  }
  const outcome = await withDevices(call, 'write', async (session) => {
    const { legacyNodes, actor } = session
    const said = granted(await legacyNodes.reject(actor, wanted.requestId))
    if (said.outcome === 'unknown') throw await noNodeRequest(session, wanted)
    return said
  })
  const { requestId, nodeId } = outcome
  const { out } = call.screen
  if (call.json) call.screen.json({ requestId, nodeId })
  else out.line(`${out.style.yellow(`Rejected node ${claim(nodeId)}`)}. It may ask again.`)
  return EXIT.done
}
