import { nodeFileStore } from '@openclaw/credential-store/node'
import type { TransferStore } from '@openclaw/credential-store/transfer'
import { type Config, detectOtherOpenClaw, loadConfig } from '@openclaw/pairing-config'
import { nodeFiles, nodeMachine, tailnetAddress } from '@openclaw/pairing-config/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { runningGateway } from '../people/gateway-runs.ts'
import { type StateFiles, stateFiles } from '../state-files.ts'
import type { Place } from './place.ts'

/** A store that is to be moved, opened for that. */
export interface OpenPlace extends TransferStore {
  /**
   * Of a directory: takes over what other programs changed in the well-known files, and writes those that are behind.
   * Of a database nothing.
   */
  readonly settle: () => Promise<void>
}

/** Opens a place; connects to nothing and writes nothing before it is asked. */
export async function openPlace(call: Call, place: Place): Promise<OpenPlace> {
  const app = await import('../store-app.ts')
  if (place.kind === 'postgres') {
    const { url } = place
    const transfer = app.postgresTransfer({ url }, app.nodePostgresPorts())
    return { ...transfer, settle: async () => undefined }
  }
  const clock = { now: () => call.world.now() as EpochMs }
  const config = await configOf(call)
  const files = filesAt(call, config, place.root)
  const users = () => usersOf(call, config, place.root)
  const transfer = app.filesTransfer({ ...files, users }, app.nodeStorePorts(clock))
  const settle = async (): Promise<void> => {
    const store = await nodeFileStore({ ...files, mode: 'write', clock })
    await store.close()
  }
  return { ...transfer, settle }
}

function configOf({ world: { env }, profile }: Call): Promise<Config> {
  return loadConfig({ env, files: nodeFiles(), args: { profile }, tailnetAddress })
}

/** Folders that lie elsewhere are those of the directory in use; any other one has its own. */
function filesAt(call: Call, config: Config, root: string): StateFiles {
  const files = stateFiles(call, config)
  return root === files.root ? files : { ...files, root, folders: {} }
}

/** Who uses a directory now: a gateway of ours leaves a file there, one of 2026.2 a lock for the configuration. */
async function usersOf(call: Call, { paths }: Config, root: string): Promise<readonly string[]> {
  const own = await runningGateway(root)
  const { env, now } = call.world
  const other =
    root === paths.stateDir
      ? detectOtherOpenClaw({ paths, env, now: now() as EpochMs, ...nodeMachine() })
      : undefined
  return [
    ...(own ? [`a gateway runs on it (process ${String(own.pid)})`] : []),
    ...(other ? [other.message] : []),
  ]
}
