import type { PostgresStore, ServerSettings } from '@openclaw/credential-store-postgres'
import { expect, it } from 'vitest'
import { settingFindings } from '../src/doctor/database-settings.ts'

const good: ServerSettings = {
  versionNumber: 160_004,
  fsync: true,
  fullPageWrites: true,
  synchronousCommit: 'on',
  synchronousStandbys: '',
  dataChecksums: true,
  isSuperuser: false,
  notWritable: [],
  isEncrypted: true,
  isLocal: false,
  isHeard: true,
}
const store = {
  where: 'db.example:5432/openclaw',
  health: () => ({ serverVersion: '16.4' }),
} as unknown as PostgresStore

it('has nothing to say of a server that is set as it should be', () => {
  expect(settingFindings(store, good)).toEqual([])
})

const standbys = 'FIRST 1 (a)'
const CASES: readonly (readonly [Partial<ServerSettings>, string])[] = [
  [{ fsync: false }, 'error database-fsync'],
  [{ fullPageWrites: false }, 'error database-full-page-writes'],
  [{ synchronousCommit: 'off' }, 'note database-synchronous-commit'],
  [
    { synchronousCommit: 'local', synchronousStandbys: standbys },
    'warning database-synchronous-commit',
  ],
  [{ dataChecksums: false }, 'note database-checksums'],
  [{ versionNumber: 120_018 }, 'warning database-version'],
  [{ notWritable: ['head', 'records'] }, 'error database-rights'],
  [{ isSuperuser: true }, 'warning database-superuser'],
  [{ isEncrypted: false }, 'warning database-plain'],
  [{ isHeard: false }, 'note database-not-heard'],
]

it.each(CASES)('%j is told', (change, expected) => {
  const [found, ...others] = settingFindings(store, { ...good, ...change })
  expect(`${String(found?.severity)} ${String(found?.id)}`).toBe(expected)
  expect(found?.subject).toBe('database db.example:5432/openclaw')
  expect(others).toEqual([])
})

const HARMLESS: readonly Partial<ServerSettings>[] = [
  // nobody waits for a standby
  { synchronousCommit: 'local' },
  // the loopback of this machine
  { isEncrypted: false, isLocal: true },
  // servers that only speak the protocol know few settings
  {
    ...{ versionNumber: 0, fsync: undefined, fullPageWrites: undefined },
    ...{ synchronousCommit: undefined, dataChecksums: undefined },
  },
]

it.each(HARMLESS)('%j is nothing to tell', (change) => {
  expect(settingFindings(store, { ...good, ...change })).toEqual([])
})
