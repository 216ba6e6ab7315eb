import { nodeFileStore } from '@openclaw/credential-store/node'
import type { TransferStore } from '@openclaw/credential-store/transfer'
import { type Config, detectOtherOpenClaw } from '@openclaw/pairing-config'
import { nodeMachine } from '@openclaw/pairing-config/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { readConfig } from '../config.ts'
import { filesOf } from '../doctor/store-files.ts'
import { runningGateway } from '../people/gateway-runs.ts'
import type { Place } from './place.ts'

/** A store that is to be moved, opened for that. */
export interface OpenPlace extends TransferStore {
  /**
   * Of a directory: takes over what other programs changed in the well-known files, and writes those that are behind.
   * Of a database nothing.
   */
  readonly settle: () => Promise<void>
  /** True for the state directory of this configuration. */
  readonly isOwn: boolean
}

/** Opens a place; connects to nothing and writes nothing before it is asked. */
export async function openPlace(call: Call, place: Place): Promise<OpenPlace> {
  const app = await import('../store-app.ts')
  if (place.kind === 'postgres') {
    const { url, schema } = place
    const transfer = app.postgresTransfer({ url, schema }, app.nodePostgresPorts())
    return { ...transfer, settle: async () => undefined, isOwn: false }
  }
  const { root } = place
  const clock = { now: () => call.world.now() as EpochMs }
  const config = await readConfig(call)
  const own = filesOf(call, config)
  const isOwn = root === own.root
  // folders that lie elsewhere are those of the directory in use; any other one has its own
  const files = isOwn ? own : { ...own, root, folders: {} }
  const users = () => usersOf(call, config, root)
  const transfer = app.filesTransfer({ ...files, users }, app.nodeStorePorts(clock))
  const settle = async (): Promise<void> => {
    const store = await nodeFileStore({ ...files, mode: 'write', clock })
    await store.close()
  }
  return { ...transfer, settle, isOwn }
}

/** Who uses a directory now: a gateway of ours leaves a file there, one of 2026.2 a lock for the configuration. */
async function usersOf(call: Call, { paths }: Config, root: string): Promise<readonly string[]> {
  const own = await runningGateway(root)
  const { env, now } = call.world
  const other =
    root === paths.stateDir
      ? detectOtherOpenClaw({ paths, env, now: now() as EpochMs, ...nodeMachine() })
      : undefined
  const isUsed = own !== undefined && own.store !== 'postgres'
  return [
    ...(isUsed ? [`a gateway runs on it (process ${String(own.pid)})`] : []),
    ...(other ? [other.message] : []),
  ]
}
