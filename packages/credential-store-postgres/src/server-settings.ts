import type { Context } from './context.ts'
import { canHear } from './listener.ts'
import { notWritable } from './rights.ts'
import type { SideLink } from './side-link.ts'

/** What the server and the way to it are set to, as far as it matters to what is kept there. */
export interface ServerSettings {
  /** Such as `160004`; 0 where the server does not say. */
  readonly versionNumber: number
  /** False: what it acknowledged may be gone after a power cut. `undefined`: the server does not know this setting. */
  readonly fsync: boolean | undefined
  /** False: a power cut may leave half-written pages. */
  readonly fullPageWrites: boolean | undefined
  /** As the role, the database or the server sets it; the store itself commits at `on` where this is `off`. */
  readonly synchronousCommit: string | undefined
  /** Names of standbys that a commit waits for; empty: none. */
  readonly synchronousStandbys: string
  /** False: damage of the disk is not noticed when it is read. */
  readonly dataChecksums: boolean | undefined
  /** True where the role of the store may do everything. */
  readonly isSuperuser: boolean
  /** Tables of the store that its role may not write, sorted; empty where it may do all that it needs. */
  readonly notWritable: readonly string[]
  /** Whether the connection is encrypted. */
  readonly isEncrypted: boolean
  /** Whether it leads to this machine, through its loopback or a socket. */
  readonly isLocal: boolean
  /** False where no notifications arrive, as behind a pooler. */
  readonly isHeard: boolean
}

/** Names of settings, in the order of their columns; those that a server does not know are null. */
const NAMES = [
  'server_version_num',
  'fsync',
  'full_page_writes',
  'synchronous_commit',
  'synchronous_standby_names',
  'data_checksums',
  'is_superuser',
]

/** Asks the server how it is set. */
export async function readSettings(side: SideLink, context: Context): Promise<ServerSettings> {
  const { isEncrypted, isLocal } = context.address
  const columns = NAMES.map((name) => `pg_catalog.current_setting('${name}', true)`).join(', ')
  const [row = []] = await side.run((session) => session.rows({ text: `SELECT ${columns}` }))
  const [version, fsync, fullPageWrites, synchronousCommit, standbys, checksums, superuser] = row
  return {
    versionNumber: Number(version ?? 0),
    fsync: isOn(fsync),
    fullPageWrites: isOn(fullPageWrites),
    synchronousCommit: typeof synchronousCommit === 'string' ? synchronousCommit : undefined,
    synchronousStandbys: typeof standbys === 'string' ? standbys : '',
    dataChecksums: isOn(checksums),
    isSuperuser: isOn(superuser) === true,
    notWritable: await side.run((session) => notWritable(session, context.names)),
    isEncrypted,
    isLocal,
    isHeard: await canHear({ context, reader: side }),
  }
}

function isOn(value: unknown): boolean | undefined {
  return typeof value === 'string' ? value === 'on' : undefined
}
