import type { Call } from '../args/types.ts'
import { readConfig } from '../config.ts'
import { RefusedError } from '../errors.ts'
import { pathsOf } from '../paths.ts'
import { runningGateway } from './gateway-runs.ts'
import { warn } from './warnings.ts'

/**
 * Refuses the files of a state directory whose gateway keeps everything in a database: what they say is old, and what is
 * decided in them holds nowhere.
 *
 * @throws `ERR_CLI_STORE_ELSEWHERE`
 */
export async function assertSameStore(call: Call): Promise<void> {
  const gateway = await runningGateway(pathsOf(call).stateDir)
  if (gateway?.store !== 'postgres') return
  const { paths, store } = await readConfig(call)
  if (store.kind !== 'files') return
  throw new RefusedError(
    'ERR_CLI_STORE_ELSEWHERE',
    `the gateway that runs here (process ${String(gateway.pid)}) keeps its state in a database, and this command was told of none`,
    {
      hint: `give it what the gateway has: OPENCLAW_STORE_URL, or store.urlFile in ${paths.pairingConfigPath}`,
      detail: { pid: gateway.pid },
    },
  )
}

/** Says where a decision goes, when the gateway of this machine is not going to see it. */
export async function warnOtherStore(call: Call, where: string): Promise<void> {
  const gateway = await runningGateway(pathsOf(call).stateDir)
  if (gateway?.store !== 'files') return
  warn(call, {
    problem: `the gateway that runs here (process ${String(gateway.pid)}) keeps its state in files, and sees nothing of the database ${where}`,
    fix: 'start it again with the same OPENCLAW_STORE_URL, or leave that out here',
  })
}
