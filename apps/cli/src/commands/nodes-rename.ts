import type { Call, Command } from '../args/types.ts'
import { printRenamed, renameDevice } from '../devices/rename.ts'
import { withDevices } from '../devices/session.ts'
import { findDevice } from '../devices/which.ts'
import { FailedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withGateway } from '../nodes/gateway.ts'
import { findNode } from '../nodes/named.ts'
import { remoteOptions } from '../remote/options.ts'

/** `nodes rename`. */
export const command: Command = {
  usage: ['nodes rename <node> <name>'],
  about:
    "Gives a node your own name for it; '' takes it away. Without a running gateway: devices rename.",
  options: remoteOptions,
  words: { min: 2, max: 16 },
  examples: [
    { line: "nodes rename 268f9801d37e 'Kitchen tablet'", what: 'a name' },
    { line: "nodes rename 268f9801d37e ''", what: 'none' },
  ],
  run: rename,
}

async function rename(call: Call): Promise<ExitCode> {
  const [typed = '', ...words] = call.words
  const nodeId = await idOf(call, typed)
  const before = await withDevices(call, 'read', (session) => findDevice(session, nodeId))
  const renamed = await renameDevice(call, before, words.join(' '))
  const { label, description } = renamed.device
  const displayName = label ?? description.displayName ?? ''
  if (call.json) call.screen.json({ nodeId, displayName, label: label ?? null })
  else printRenamed(call, before, renamed)
  return EXIT.done
}

async function idOf(call: Call, typed: string): Promise<string> {
  const scopes = ['operator.read', 'operator.pairing']
  try {
    return await withGateway(
      call,
      scopes,
      async (ask) => (await findNode(ask, typed, 'act')).nodeId,
    )
  } catch (error) {
    if (!(error instanceof FailedError) || error.detail['reason'] !== 'no-gateway') throw error
    const { detail, message } = error
    const hint = 'without one: openclaw devices rename'
    throw new FailedError(message, { hint, detail, cause: error })
  }
}
