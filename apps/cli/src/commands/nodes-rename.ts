import type { Call, Command } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withGateway } from '../nodes/gateway.ts'
import { findNode } from '../nodes/named.ts'
import { safe } from '../output/safe.ts'
import { remoteOptions } from '../remote/options.ts'

/** `nodes rename`. */
export const command: Command = {
  usage: ['nodes rename <node> <name>'],
  about: 'Gives a node your own name for it. Without a running gateway: devices rename.',
  options: remoteOptions,
  words: { min: 2, max: 16 },
  examples: [{ line: "nodes rename 268f9801d37e 'Kitchen tablet'", what: 'a name' }],
  run: rename,
}

async function rename(call: Call): Promise<ExitCode> {
  const [typed = '', ...words] = call.words
  const label = words.join(' ')
  const scopes = ['operator.read', 'operator.pairing']
  const nodeId = await withGateway(call, scopes, async (ask) => {
    const { nodeId } = await findNode(ask, typed)
    await ask('device.pair.rename', { deviceId: nodeId, label })
    return nodeId
  })
  if (call.json) call.screen.json({ nodeId, displayName: label })
  else call.screen.out.line(`The node is called ${safe(label)} now.`)
  return EXIT.done
}
