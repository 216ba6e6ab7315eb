import type { Call, Command } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { askGateway } from '../nodes/live.ts'
import { findNode } from '../nodes/named.ts'
import { safe } from '../output/safe.ts'

/** `nodes rename`. */
export const command: Command = {
  usage: ['nodes rename <node> <name>'],
  about: 'Gives a node your own name for it. Without a running gateway: devices rename.',
  options: {},
  words: { min: 2, max: 16 },
  examples: [{ line: "nodes rename 268f9801d37e 'Kitchen tablet'", what: 'a name' }],
  run: rename,
}

async function rename(call: Call): Promise<ExitCode> {
  const [typed = '', ...words] = call.words
  const label = words.join(' ')
  const { nodeId } = await findNode(call, typed)
  const params = { deviceId: nodeId, label }
  await askGateway(call, { method: 'device.pair.rename', params })
  if (call.json) call.screen.json({ nodeId, displayName: label })
  else call.screen.out.line(`The node is called ${safe(label)} now.`)
  return EXIT.done
}
