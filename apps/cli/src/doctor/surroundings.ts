import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Config, detectOtherOpenClaw, type Environment } from '@openclaw/pairing-config'
import { nodeMachine } from '@openclaw/pairing-config/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Finding } from './finding.ts'

/** Below this a journal and its files may not fit any more. */
const LITTLE_SPACE_BYTES = 50 * 1024 * 1024

/** Another OpenClaw on the same directory, and a disk that is nearly full. */
export async function surroundingFindings(
  config: Config,
  { env, now }: { readonly env: Environment; readonly now: number },
): Promise<readonly Finding[]> {
  const { paths } = config
  const other = detectOtherOpenClaw({ paths, env, now: now as EpochMs, ...nodeMachine() })
  const found: Finding[] = []
  if (other !== undefined) {
    found.push({
      id: other.code,
      severity: 'error',
      subject: other.lockPath,
      problem: other.message,
      consequence:
        'two gateways on one directory answer people twice; ours does not start beside it',
      fix: other.hint ?? 'stop it',
    })
  }
  return [...found, ...(await absenceFinding(config)), ...(await spaceFinding(config))]
}

/** Nothing is wrong where nothing is; but somebody may have meant another place. */
async function absenceFinding({ paths, store }: Config): Promise<readonly Finding[]> {
  const { stateDir: folder } = paths
  // what was decided is elsewhere; a gateway makes its folder when it starts
  if (store.kind !== 'files') return []
  const isThere = await stat(folder).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  )
  if (isThere) return []
  return [
    {
      id: 'state-absent',
      severity: 'note',
      subject: folder,
      problem: 'this state directory does not exist yet',
      consequence:
        'nobody is paired and nothing was decided here; the gateway makes it when it starts',
      fix: 'nothing to do; if there should be one, name it: OPENCLAW_STATE_DIR, or --profile',
    },
  ]
}

async function spaceFinding({ paths, store }: Config): Promise<readonly Finding[]> {
  const { stateDir: folder } = paths
  const space = await freeBytes(folder)
  if (space === undefined || space >= LITTLE_SPACE_BYTES) return []
  return [
    {
      id: 'disk-space',
      severity: space === 0 ? 'error' : 'warning',
      subject: folder,
      problem: `only ${String(Math.floor(space / 1024 / 1024))} MB are free on this disk`,
      consequence:
        store.kind === 'postgres'
          ? 'when it is full no gateway starts here, and sessions of channels cannot be kept'
          : 'when it is full no decision can be kept, and none is taken',
      fix: 'free some space on this disk',
    },
  ]
}

/** Free bytes where the folder is or would be. */
async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    const parent = dirname(folder)
    return parent === folder ? undefined : freeBytes(parent)
  }
}
