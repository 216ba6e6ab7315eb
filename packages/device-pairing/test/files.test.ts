import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileStore } from '@openclaw/credential-store'
import { nodeFileStore, nodeRepairJournal } from '@openclaw/credential-store/node'
import { seededRandom } from '@openclaw/pairing-testing'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type DevicePairing,
  deviceDocumentFamilies,
  devicePairing,
  hashPlainTokens,
  plainTokens,
} from '../src/index.ts'
import old from './fixtures/openclaw-2026.2.json' with { type: 'json' }
import { admitted, arrival, asks, cryptoPorts, keyOf, paired, ROOT } from './world.ts'

interface Opened {
  readonly door: DevicePairing
  readonly store: FileStore
}

const roots: string[] = []
const open: FileStore[] = []
const PAIRED = 'devices/paired.json'
const PENDING = 'devices/pending.json'

function newRoot(files: Readonly<Record<string, unknown>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'device-pairing-'))
  roots.push(root)
  for (const folder of ['devices', 'nodes']) mkdirSync(join(root, folder), { mode: 0o755 })
  for (const [name, json] of Object.entries(files)) write(root, name, json)
  return root
}

/** As OpenClaw 2026.2 writes: a temporary file, then a rename. */
function write(root: string, name: string, json: unknown): void {
  const path = join(root, name)
  writeFileSync(`${path}.x.tmp`, JSON.stringify(json, null, 2), { mode: 0o600 })
  renameSync(`${path}.x.tmp`, path)
}

function read(root: string, name: string): Record<string, Record<string, unknown>> {
  return JSON.parse(readFileSync(join(root, name), 'utf8'))
}

/** Another process of ours on the same directory. */
async function process_(root: string, mode: 'read' | 'write' = 'write'): Promise<Opened> {
  const clock = { now: () => Date.now() as never }
  const families = deviceDocumentFamilies(cryptoPorts)
  const store = await nodeFileStore({ root, mode, families, clock })
  open.push(store)
  return {
    store,
    door: devicePairing({ store, clock, random: seededRandom(open.length), ...cryptoPorts }),
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
  it('a decision in one process holds for the very next connect in another', async () => {
    const root = newRoot()
    const gateway = await process_(root)
    const cli = await process_(root)
    const { requestId } = await asks(gateway.door, 'phone')
    expect((await cli.door.approve(ROOT, requestId)).outcome).toBe('approved')
    const { device, token } = await admitted(gateway.door, 'phone')
    await cli.door.rotate(ROOT, device)
    expect(gateway.door.standing(device)).toEqual({ holds: false, because: 'rotated' })
    const again = await admitted(gateway.door, 'phone', { deviceToken: token?.token })
    await cli.door.revoke(ROOT, device)
    expect(gateway.door.standing(again.device)).toEqual({ holds: false, because: 'revoked' })
    const nothing = { mayAsk: { by: 'nothing' } } as const
    expect((await gateway.door.arrive(arrival('phone', nothing))).outcome).toBe('revoked')
  })

  it('the files follow, private from birth, and hold no token', async () => {
    const root = newRoot()
    const { door, store } = await process_(root)
    const { secret } = await paired(door, 'phone')
    const { requestId } = await asks(door, 'tablet')
    await store.close()
    expect(read(root, PAIRED)).toMatchObject({ [keyOf('phone').deviceId]: { roles: ['node'] } })
    expect(Object.keys(read(root, PENDING))).toEqual([requestId])
    expect(statSync(join(root, PAIRED)).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(root, PAIRED), 'utf8')).not.toContain(secret)
    const journal = readFileSync(join(root, 'pairing-journal/00000001.jsonl'), 'utf8')
    expect(journal).toContain(keyOf('phone').deviceId)
    expect(journal).not.toContain(secret)
  })

  it('a directory of 2026.2 is taken over; its tokens become hashes when the owner says so', async () => {
    const root = newRoot(old)
    const { door, store } = await process_(root)
    const lists = await door.list(ROOT)
    expect('outcome' in lists ? [] : lists.devices).toHaveLength(5)
    const [deviceId = ''] = Object.keys(old[PAIRED])
    const device = Object.values(old[PAIRED])[0] as unknown as {
      readonly publicKey: string
      readonly scopes: readonly string[]
      readonly tokens: Record<string, { readonly token: string }>
    }
    const base = arrival('x', {
      role: 'operator',
      scopes: device.scopes,
      deviceToken: device.tokens['operator']?.token,
      mayAsk: { by: 'nothing' },
    })
    const cli = { ...base, device: { ...base.device, deviceId, publicKey: device.publicKey } }
    expect(await door.arrive(cli)).toMatchObject({ outcome: 'admitted', presented: 'right' })
    expect(plainTokens(store)).toHaveLength(6)
    expect(await hashPlainTokens(store, ROOT)).toHaveLength(6)
    await store.close()
    const text = ['devices', 'nodes']
      .map((name) => readFileSync(join(root, name, 'paired.json'), 'utf8'))
      .join('')
    expect(text).not.toContain('"token":')
    expect(text).toContain('"tokenHash": "sha256:')
    const again = await process_(root)
    expect(plainTokens(again.store)).toEqual([])
    expect(await again.door.arrive(cli)).toMatchObject({ outcome: 'admitted', presented: 'right' })
    expect(again.store.health()).toMatchObject({ state: 'ok' })
  })

  it('a file that is damaged stops the take-over and names it, and nothing is written', async () => {
    const root = newRoot({ ...old, [PENDING]: [] })
    await expect(process_(root)).rejects.toMatchObject({ code: 'ERR_STORE_TAKE_OVER_STOPPED' })
    expect(read(root, PAIRED)).toEqual(old[PAIRED])
  })

  it('a hand edit is honoured while the gateway runs, and a damaged file is rebuilt', async () => {
    const root = newRoot()
    const { door } = await process_(root)
    const { device } = await paired(door, 'phone')
    await paired(door, 'tablet')
    const phone = keyOf('phone').deviceId
    const shows = (count: number) => {
      try {
        return Object.keys(read(root, PAIRED)).length === count
      } catch {
        return false
      }
    }
    await until(() => shows(2))
    const { [phone]: _, ...rest } = read(root, PAIRED)
    write(root, PAIRED, rest)
    await until(() => !door.standing(device).holds)
    await until(() => shows(1))
    writeFileSync(join(root, PAIRED), '{"cut off')
    await until(() => shows(1))
    expect((await admitted(door, 'tablet')).name).toBe('tablet')
  })

  it('a list and a request can be read without writing anything', async () => {
    const root = newRoot()
    const gateway = await process_(root)
    const { requestId } = await asks(gateway.door, 'phone')
    const { door } = await process_(root, 'read')
    expect(await door.list(ROOT)).toMatchObject({ waiting: [{ requestId }] })
    expect(await door.find(ROOT, requestId)).toMatchObject({ outcome: 'waiting' })
    await expect(door.approve(ROOT, requestId)).rejects.toMatchObject({
      code: 'ERR_STORE_READ_ONLY',
    })
  })
})

describe('a repair that lost decisions', () => {
  /** Spoils the last line of the journal that holds `text`, and repairs. */
  async function lose(root: string, text: string) {
    const file = join(root, 'pairing-journal', '00000001.jsonl')
    const lines = readFileSync(file, 'utf8').split('\n')
    const index = lines.findLastIndex((line) => line.includes(text))
    expect(index).toBeGreaterThan(0)
    lines[index] = (lines[index] ?? '').replace('seq', 'sEq')
    writeFileSync(file, lines.join('\n'))
    const families = deviceDocumentFamilies(cryptoPorts)
    const clock = { now: () => Date.now() as never }
    return nodeRepairJournal({ root, clock, families })
  }
  const close = () => Promise.all(open.splice(0).map((store) => store.close()))
  const roles = async (root: string, name: string) => {
    const { door } = await process_(root)
    const lists = await door.list(ROOT)
    const device =
      'outcome' in lists
        ? undefined
        : lists.devices.find((each) => each.deviceId === keyOf(name).deviceId)
    return device?.grants.filter(({ revokedAt }) => revokedAt === undefined).map(({ role }) => role)
  }

  it('lets nobody back whose revocation was lost, whatever files say later', async () => {
    const root = newRoot()
    const { door } = await process_(root)
    await paired(door, 'one')
    await paired(door, 'two')
    await until(() => existsSync(join(root, PAIRED)))
    const before = read(root, PAIRED)
    await door.revoke(ROOT, { deviceId: keyOf('one').deviceId, role: 'node' })
    await close()
    await lose(root, 'device.revoke')
    expect(await roles(root, 'one')).toEqual([])
    expect(await roles(root, 'two')).toEqual(['node'])
    await close()
    write(root, PAIRED, {
      ...read(root, PAIRED),
      [keyOf('one').deviceId]: before[keyOf('one').deviceId],
    })
    expect(await roles(root, 'one')).toEqual([])
  })

  it('does not take a device for paired that only the file shows', async () => {
    const root = newRoot()
    const { door } = await process_(root)
    await paired(door, 'two')
    const { requestId } = await asks(door, 'one')
    await door.approve(ROOT, requestId)
    await close()
    expect(read(root, PAIRED)[keyOf('one').deviceId]).toBeDefined()
    await lose(root, 'device.approve')
    expect((await roles(root, 'one')) ?? []).toEqual([])
    expect(await roles(root, 'two')).toEqual(['node'])
  })
})
