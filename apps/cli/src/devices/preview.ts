import type { Call } from '../args/types.ts'
import { NotFoundError, RefusedError } from '../errors.ts'
import type { ExitCode } from '../exit-codes.ts'
import { granted } from '../people/session.ts'
import { argumentWord } from '../program.ts'
import { commandLine } from '../remote/options.ts'
import { requestJson } from './json.ts'
import { printRequest } from './request-page.ts'
import { withDevices } from './session.ts'
import { withheldCommands } from './withheld.ts'
import { withLabel } from './words.ts'

/** Shows the newest request and how it would be approved. Approves nothing: what comes first is not what was meant. */
export async function previewLatest(call: Call): Promise<ExitCode> {
  const { lists, nodePolicy } = await withDevices(call, 'read', async (session) => ({
    lists: granted(await session.devices.list(session.actor)),
    nodePolicy: session.nodePolicy,
  }))
  const latest = lists.waiting.at(-1)
  if (latest === undefined) {
    throw new NotFoundError('no device waits', {
      hint: 'openclaw devices list',
      detail: { reason: 'unknown', waiting: [] },
    })
  }
  if (!call.json) {
    const { out } = call.screen
    printRequest(out, {
      request: { ...withLabel(latest, lists), withheld: withheldCommands(latest, nodePolicy) },
      scopes: undefined,
      now: call.world.now(),
    })
    const others = lists.waiting.length - 1
    const more = others === 1 ? '1 more waits' : `${String(others)} more wait`
    if (others > 0) out.line(`${more}: ${commandLine(call, 'devices list')}`)
  }
  throw new RefusedError(
    'ERR_CLI_ID_NEEDED',
    'nothing was approved: this is only what would be; name the request that you mean',
    {
      hint: `openclaw devices approve ${argumentWord(latest.requestId)}`,
      detail: { request: requestJson(latest) },
    },
  )
}
