import type { Call, Command } from '../args/types.ts'
import { withDeviceLists } from '../devices/session.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { nodeRequestJson } from '../nodes/json.ts'
import { nodeFacts } from '../nodes/page.ts'
import { safe } from '../output/safe.ts'
import { printFacts } from '../people/facts.ts'
import { granted } from '../people/session.ts'
import { argumentWord } from '../program.ts'
import { commandLine, remoteOptions } from '../remote/options.ts'

/** `nodes pending`. */
export const command: Command = {
  usage: ['nodes pending'],
  about:
    'Shows which nodes wait in the older pairing of nodes (node.pair.*), which lets nobody in by itself. Nodes that connect ask as devices: devices list.',
  options: remoteOptions,
  words: { min: 0, max: 0 },
  examples: [{ line: 'nodes pending', what: 'who waits there' }],
  run: pending,
}

async function pending(call: Call): Promise<ExitCode> {
  const { nodes, devices } = await withDeviceLists(call, async (session) => ({
    nodes: granted(await session.legacyNodes.list(session.actor)).waiting,
    devices: granted(await session.devices.list(session.actor, { digests: 'left-out' })).waiting
      .length,
  }))
  if (call.json) {
    call.screen.json(nodes.map(nodeRequestJson))
    return EXIT.done
  }
  const { out } = call.screen
  const now = call.world.now()
  if (nodes.length === 0) out.line('No node waits in the older pairing.')
  for (const request of nodes) {
    printFacts(out, nodeFacts(request, now))
    out.line()
  }
  if (nodes.length > 0) out.line(nodes.length === 1 ? 'To approve it:' : 'To approve one of them:')
  for (const { requestId } of nodes) {
    out.line(`  ${commandLine(call, 'nodes approve')} ${safe(argumentWord(requestId))}`)
  }
  const what = devices === 1 ? '1 device waits' : `${String(devices)} devices wait`
  if (devices > 0) out.line(`${what} to connect: ${commandLine(call, 'devices list')}`)
  return EXIT.done
}
