import type { Call, Command } from '../args/types.ts'
import { claim } from '../devices/words.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withGateway } from '../nodes/gateway.ts'
import { connectedText } from '../nodes/live-page.ts'
import { nodeName } from '../nodes/name.ts'
import { findNode } from '../nodes/named.ts'
import { safe } from '../output/safe.ts'
import { printFacts } from '../people/facts.ts'
import { remoteOptions } from '../remote/options.ts'

/** `nodes describe`. */
export const command: Command = {
  usage: ['nodes describe <node>'],
  about:
    'Shows what a node says of itself, whether it is connected, and every command that it may be asked.',
  options: {
    node: { type: 'string', value: '<node>', summary: 'another way to name it' },
    ...remoteOptions,
  },
  words: { min: 0, max: 1 },
  examples: [{ line: 'nodes describe 268f9801d37e', what: 'a node by the start of its id' }],
  run: describe,
}

async function describe(call: Call): Promise<ExitCode> {
  const typed = named(call)
  const node = await withGateway(call, ['operator.read'], async (ask) => {
    const { nodeId } = await findNode(ask, typed, 'look')
    return ask('node.describe', { nodeId })
  })
  if (call.json) {
    call.screen.json(node)
    return EXIT.done
  }
  const { platform, version, remoteIp, commands = [], caps = [] } = node
  printFacts(call.screen.out, [
    ['Node', nodeName(node) || 'none given'],
    ['Id', safe(node.nodeId)],
    ...(platform === undefined
      ? []
      : [
          [
            'What',
            [platform, version].flatMap((part) => (part ? [claim(part)] : [])).join(' '),
          ] as const,
        ]),
    ...(remoteIp === undefined ? [] : [['From', claim(remoteIp)] as const]),
    ['Connected', connectedText(node, call.world.now())],
    ['Commands', commands.length === 0 ? 'none' : commands.map(claim).join(', ')],
    ...(caps.length === 0 ? [] : [['Can', caps.map(claim).join(', ')] as const]),
  ])
  return EXIT.done
}

/** The node that the command names, as a word or with `--node`. */
function named({ words, values }: Call): string {
  const { node } = values
  const typed = words[0] ?? (typeof node === 'string' ? node : '')
  if (typed.trim() !== '') return typed
  throw new UsageError('which node? Its id, the start of it, or a name', {
    hint: 'openclaw nodes describe --help',
  })
}
