import type { PostgresStore, ServerSettings } from '@openclaw/credential-store-postgres'
import type { Finding } from './finding.ts'
import { databaseName } from './subject.ts'

/** The oldest version that is tested with, as the server counts. */
const OLDEST_VERSION = 130_000

type Told = Omit<Finding, 'subject'>

/** Settings by which a server loses what it acknowledged, or tells others what is kept on it. */
export function settingFindings(
  store: PostgresStore,
  settings: ServerSettings,
): readonly Finding[] {
  const { serverVersion } = store.health()
  const told = [
    rightsFinding(settings),
    settings.fsync === false ? FSYNC : undefined,
    settings.fullPageWrites === false ? FULL_PAGE_WRITES : undefined,
    commitFinding(settings),
    settings.dataChecksums === false ? CHECKSUMS : undefined,
    versionFinding(settings, serverVersion),
    settings.isSuperuser ? SUPERUSER : undefined,
    settings.isLocal || settings.isEncrypted ? undefined : PLAIN,
    settings.isHeard ? undefined : NOT_HEARD,
  ]
  return told
    .filter((finding) => finding !== undefined)
    .map((finding) => ({ ...finding, subject: databaseName(store) }))
}

/** A gateway does not start with such a role; commands that only look work. */
function rightsFinding({ notWritable }: ServerSettings): Told | undefined {
  if (notWritable.length === 0) return undefined
  return {
    id: 'database-rights',
    severity: 'error',
    problem: `the role that OpenClaw connects with may not write all of its tables: ${notWritable.join(', ')}`,
    consequence: 'nothing can be decided with it, and no gateway starts with it',
    fix: 'as the owner of the tables: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA … TO …',
  }
}

const FSYNC: Told = {
  id: 'database-fsync',
  severity: 'error',
  problem: 'fsync is off: the server says that something is kept before it is on the disk',
  consequence:
    'after a crash of its machine decisions may be gone that were confirmed, a revocation or a block among them, or the database as a whole may be damaged',
  fix: 'as its superuser: ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf()',
}

const FULL_PAGE_WRITES: Told = {
  id: 'database-full-page-writes',
  severity: 'error',
  problem: 'full_page_writes is off',
  consequence:
    'a crash of its machine in the middle of a write may damage what was confirmed long before',
  fix: 'as its superuser: ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf()',
}

/** The store commits at `on` where `off` is set, and leaves the others as they are. */
function commitFinding(settings: ServerSettings): Told | undefined {
  const { synchronousCommit, synchronousStandbys } = settings
  const id = 'database-synchronous-commit'
  if (synchronousCommit === 'off')
    return {
      id,
      severity: 'note',
      problem: 'synchronous_commit is off',
      consequence:
        'no decision is lost by it: OpenClaw commits with “on” all the same; what other programs keep there may be',
      fix: 'nothing to do for OpenClaw',
    }
  const isEarly = synchronousCommit === 'local' || synchronousCommit === 'remote_write'
  if (!isEarly || synchronousStandbys === '') return undefined
  return {
    id,
    severity: 'warning',
    problem: `synchronous_commit is ${synchronousCommit}: a decision is confirmed before it is on the disk of a standby`,
    consequence:
      'when a standby takes over, the decisions of the last moments may be gone: who was revoked may be in again',
    fix: 'for the role of OpenClaw: ALTER ROLE … SET synchronous_commit = on',
  }
}

const CHECKSUMS: Told = {
  id: 'database-checksums',
  severity: 'note',
  problem: 'data_checksums is off',
  consequence:
    'the server does not notice when its disk gives back something else than was written',
  fix: 'with the server stopped: pg_checksums --enable -D <data directory>',
}

function versionFinding(
  { versionNumber }: ServerSettings,
  serverVersion: string,
): Told | undefined {
  if (versionNumber === 0 || versionNumber >= OLDEST_VERSION) return undefined
  return {
    id: 'database-version',
    severity: 'warning',
    problem: `the server is PostgreSQL ${serverVersion}; the oldest that OpenClaw is tried with is 13`,
    consequence: 'it gets no security updates any more, and something may not work',
    fix: 'upgrade the server',
  }
}

const SUPERUSER: Told = {
  id: 'database-superuser',
  severity: 'warning',
  problem: 'the role that OpenClaw connects with is a superuser, which it does not need',
  consequence:
    'whoever gets the connection string has every database of the server, and can run programs on it',
  fix: "a role and a database of its own: CREATE ROLE openclaw LOGIN PASSWORD …; CREATE DATABASE … OWNER openclaw ENCODING 'UTF8' TEMPLATE template0; then move there: openclaw store migrate --to <its address>",
}

const PLAIN: Told = {
  id: 'database-plain',
  severity: 'warning',
  problem: 'the connection to another machine is not encrypted',
  consequence: 'whoever is on the way reads who is let in, and can change it',
  fix: 'add ?sslmode=verify-full to the connection string, with sslrootcert=<file> for an authority of your own',
}

const NOT_HEARD: Told = {
  id: 'database-not-heard',
  severity: 'note',
  problem: 'no notifications arrive from it, as behind a pooler',
  consequence: 'a decision made elsewhere holds within 2 s, not at once',
  fix: 'name the server itself, past the pooler: store.listenUrl; or leave it so',
}
