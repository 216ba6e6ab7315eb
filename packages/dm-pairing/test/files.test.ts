import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileStore } from '@openclaw/credential-store'
import { nodeFileStore } from '@openclaw/credential-store/node'
import type { ChannelName } from '@openclaw/pairing-contracts'
import { seededRandom } from '@openclaw/pairing-testing'
import { afterEach, describe, expect, it } from 'vitest'
import { type DmPairing, dmDocumentFamilies, dmPairing } from '../src/index.ts'
import fixtures from './fixtures/openclaw-2026.2.json' with { type: 'json' }
import { at, challenged, channels, message, policy, ROOT, sha256, who } from './world.ts'

interface Opened {
  readonly dm: DmPairing
  readonly store: FileStore
}

const roots: string[] = []
const open: FileStore[] = []

function newRoot(files: Readonly<Record<string, unknown>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'dm-pairing-'))
  roots.push(root)
  mkdirSync(join(root, 'credentials'), { mode: 0o700 })
  for (const [name, json] of Object.entries(files)) write(root, name, json)
  return root
}

/** As OpenClaw 2026.2 writes: a temporary file, then a rename. */
function write(root: string, name: string, json: unknown): void {
  const path = join(root, 'credentials', name)
  writeFileSync(`${path}.x.tmp`, `${JSON.stringify(json, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.x.tmp`, path)
}

function read(root: string, name: string): Record<string, never[]> {
  return JSON.parse(readFileSync(join(root, 'credentials', name), 'utf8'))
}

/** Another process of ours on the same directory. */
async function process_(root: string, mode: 'read' | 'write' = 'write'): Promise<Opened> {
  const clock = { now: () => Date.now() as never }
  const names = ['telegram', 'whatsapp'] as unknown as readonly ChannelName[]
  const families = dmDocumentFamilies(names, { channels, policyOf: () => policy() })
  const store = await nodeFileStore({ root, mode, families, clock })
  open.push(store)
  const ports = { store, clock, random: seededRandom(open.length), sha256 }
  return {
    store,
    dm: dmPairing(ports, { channels, policyOf: () => policy(), addresses: () => [at()] }),
  }
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await what())) {
    if (Date.now() > end) throw new Error('it did not happen within 20 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()))
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
})

describe('on real files', () => {
  it('an approval in one process holds for the very next message in another', async () => {
    const root = newRoot()
    const gateway = await process_(root)
    const cli = await process_(root)
    const { code } = await challenged(gateway.dm, '1')
    expect((await cli.dm.approve(ROOT, { ...at(), typed: code })).outcome).toBe('approved')
    expect((await gateway.dm.gate(message('1'))).outcome).toBe('deliver')
    await cli.dm.revoke(ROOT, who('1'))
    expect((await gateway.dm.gate(message('1'))).outcome).toBe('challenge')
  })

  it('the files of the mission follow, private from birth', async () => {
    const root = newRoot()
    const { dm, store } = await process_(root)
    const { code } = await challenged(dm, '1')
    await dm.allow(ROOT, who('2'))
    await store.close()
    expect(read(root, 'telegram-pairing.json')).toMatchObject({
      version: 1,
      requests: [{ id: '1', code }],
    })
    expect(read(root, 'telegram-allowFrom.json')).toEqual({ version: 1, allowFrom: ['2'] })
    expect(statSync(join(root, 'credentials/telegram-allowFrom.json')).mode & 0o777).toBe(0o600)
  })

  it('a directory of 2026.2 is taken over as it is', async () => {
    const root = newRoot(fixtures['3-account-approved'])
    const { dm, store } = await process_(root)
    expect((await dm.gate(message('1000001'))).outcome).toBe('deliver')
    expect((await dm.gate(message('1000001', at('telegram', 'work')))).outcome).toBe('deliver')
    expect(store.health()).toMatchObject({ state: 'ok', documents: [] })
    await store.close()
    const again = await process_(root)
    expect((await again.dm.gate(message('1000001'))).outcome).toBe('deliver')
  })

  it('a hand edit and an approval by the CLI of 2026.2 are honoured while the gateway runs', async () => {
    const root = newRoot()
    const { dm } = await process_(root)
    const { code } = await challenged(dm, '1')
    await dm.allow(ROOT, who('2'))
    await until(() => {
      try {
        return read(root, 'telegram-pairing.json')['requests']?.length === 1
      } catch {
        return false
      }
    })
    write(root, 'telegram-pairing.json', { version: 1, requests: [] })
    write(root, 'telegram-default-allowFrom.json', { version: 1, allowFrom: ['1'] })
    await until(async () => (await dm.gate(message('1'))).outcome === 'deliver')
    expect(await dm.approve(ROOT, { ...at(), typed: code })).toMatchObject({
      settled: { outcome: 'approved' },
    })
    await until(() => read(root, 'telegram-allowFrom.json')['allowFrom']?.length === 2)
    write(root, 'telegram-allowFrom.json', { version: 1, allowFrom: ['1'] })
    await until(async () => (await dm.gate(message('2'))).outcome !== 'deliver')
  })

  it('somebody who was revoked does not come back through a file, and the owner is told', async () => {
    const root = newRoot()
    const { dm, store } = await process_(root)
    await dm.allow(ROOT, who('1'))
    await dm.revoke(ROOT, who('1'))
    write(root, 'telegram-allowFrom.json', { version: 1, allowFrom: ['1'] })
    await until(() => store.health().documents.length > 0)
    expect(store.health().documents).toMatchObject([
      { code: 'ERR_DOCUMENT_REFUSED', fix: 'openclaw pairing allow telegram 1' },
    ])
    expect((await dm.gate(message('1'))).outcome).toBe('challenge')
  })

  it('a list can be read without writing anything', async () => {
    const root = newRoot()
    const gateway = await process_(root)
    const { code } = await challenged(gateway.dm, '1')
    const { dm } = await process_(root, 'read')
    expect(await dm.list(ROOT)).toMatchObject([{ requests: [{ code }] }])
    await expect(dm.approve(ROOT, { ...at(), typed: code })).rejects.toMatchObject({
      code: 'ERR_STORE_READ_ONLY',
    })
  })
})

describe('owners on a directory', () => {
  it('stand in the journal alone, for every process at once', async () => {
    const root = newRoot()
    const first = await process_(root)
    const second = await process_(root)
    await second.dm.gate(message('42'))
    await first.dm.addOwner(ROOT, who('42'))
    expect(second.dm.isOwner(who('42'))).toBe(true)
    expect(await second.dm.gate(message('42'))).toMatchObject({ grant: { via: 'owner' } })
    await first.store.close()
    await second.store.close()
    expect(readdirSync(join(root, 'credentials'))).toEqual([])
    const again = await process_(root, 'read')
    expect(again.dm.isOwner(who('42'))).toBe(true)
  })

  it('are not made by what another program writes', async () => {
    const root = newRoot()
    const { dm } = await process_(root)
    await dm.allow(ROOT, who('42'))
    write(root, 'telegram-owners.json', { version: 1, owners: ['42'] })
    write(root, 'telegram-allowFrom.json', { version: 1, allowFrom: ['42', '43'], owners: ['43'] })
    const later = await process_(root)
    expect(await later.dm.gate(message('43'))).toMatchObject({ grant: { via: 'store' } })
    for (const id of ['42', '43']) expect(later.dm.isOwner(who(id))).toBe(false)
  })
})
