import type { Call, Command } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withGateway } from '../nodes/gateway.ts'
import { printNodes } from '../nodes/live-page.ts'
import { commandLine, remoteOptions } from '../remote/options.ts'

/** `nodes list` and `nodes status`. */
export const command: Command = {
  usage: ['nodes list [--connected]', 'nodes status [--connected]'],
  about:
    'Shows paired nodes and which of them are connected, as the running gateway knows it, with the commands that they may be asked.',
  options: {
    connected: { type: 'boolean', summary: 'only those that are connected' },
    ...remoteOptions,
  },
  words: { min: 0, max: 0 },
  examples: [
    { line: 'nodes list', what: 'every paired node' },
    { line: 'nodes status --json', what: 'for a script: {ts, nodes}' },
    { line: 'nodes list --url wss://gateway.example:18789', what: 'of a gateway elsewhere' },
  ],
  run: list,
}

async function list(call: Call): Promise<ExitCode> {
  const { ts, nodes } = await withGateway(call, ['operator.read'], (ask) => ask('node.list', {}))
  const shown = call.values['connected'] === true ? nodes.filter((each) => each.connected) : nodes
  if (call.json) {
    call.screen.json({ ts, nodes: shown })
    return EXIT.done
  }
  const { out } = call.screen
  if (shown.length === 0) {
    out.line(nodes.length === 0 ? 'No node is paired.' : 'No node is connected.')
    out.line(`Who asks to be paired: ${commandLine(call, 'devices list')}`)
  } else printNodes(out, shown, call.world.now())
  return EXIT.done
}
