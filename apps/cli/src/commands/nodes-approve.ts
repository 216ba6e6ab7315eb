import type { Call, Command } from '../args/types.ts'
import type { SeenNodeApproved } from '../devices/door.ts'
import { withDevices } from '../devices/session.ts'
import { claim } from '../devices/words.ts'
import { RefusedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { findNodeRequest, noNodeRequest } from '../nodes/find.ts'
import { nodeJson } from '../nodes/json.ts'
import { nodeFacts } from '../nodes/page.ts'
import { safe } from '../output/safe.ts'
import { canAsk, confirm, questionPage } from '../people/ask.ts'
import { printFacts } from '../people/facts.ts'
import { granted } from '../people/session.ts'
import { remoteOptions } from '../remote/options.ts'

/** `nodes approve`. */
export const command: Command = {
  usage: ['nodes approve <requestId> [--yes]'],
  about:
    'Approves a node of the older pairing of nodes and makes its token, which is printed once, on a terminal or with --json. It lets nobody in by itself: a node connects as a device, devices approve.',
  options: { yes: { type: 'boolean', summary: 'do not ask' }, ...remoteOptions },
  words: { min: 1, max: 1 },
  complete: ['node-request'],
  examples: [{ line: 'nodes approve node-0a1b2c3d4e5f', what: 'look, then decide' }],
  run: approve,
}

async function approve(call: Call): Promise<ExitCode> {
  const wanted = { requestId: call.words[0]?.trim() ?? '', verb: 'approve' } as const
  const request = await withDevices(call, 'read', (session) => findNodeRequest(session, wanted))
  const page = questionPage(call)
  if (page !== undefined && canAsk(call)) {
    printFacts(page, nodeFacts(request, call.world.now()))
    page.line()
    page.prose('It gets a token of the older pairing, which by itself lets nobody in.')
    page.line()
    if (!(await confirm(call, 'Approve?'))) {
      throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Not approved. Nothing changed.')
    }
  }
  return withDevices(call, 'write', async (session) => {
    const { legacyNodes, actor } = session
    const outcome = granted(await legacyNodes.approve(actor, wanted.requestId))
    if (outcome.outcome === 'unknown') throw await noNodeRequest(session, wanted)
    print(call, outcome)
    return EXIT.done
  })
}

function print(call: Call, { requestId, node, token }: SeenNodeApproved): void {
  if (call.json) {
    call.screen.json({ requestId, node: nodeJson(node, token) })
    return
  }
  const { out } = call.screen
  out.line(`${out.style.green(`Approved node ${claim(node.nodeId)}`)}.`)
  out.line('It stands in the list of the older pairing; nodes list shows those paired as devices.')
  if (!out.isTerminal) {
    out.line('Its token is not printed here; --json prints it.')
    return
  }
  out.line('Its token, this once:')
  out.line(`  ${out.style.bold(safe(token))}`)
}
