import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CachedToken,
  memoryTokenCache,
  type TokenCache,
} from '@openclaw/pairing-protocol/client'
import { expect, it } from 'vitest'
import { approve, node, operator, tokenOf } from './devices-support.ts'
import { allow, owner, type Place, place, ROOT, start, until } from './support.ts'
import { visitor } from './visitor.ts'

/** How a secret could lie about: as it was told, and its bytes in other spellings. */
function spellings(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret, 'base64url')
  const texts = [secret, bytes.toString('hex'), bytes.toString('base64')]
  const again = texts.flatMap((text) => [
    text,
    Buffer.from(text).toString('base64url').slice(0, -2),
  ])
  return [bytes, ...again.map((text) => Buffer.from(text))]
}

/** Which of the secrets are in which files of a folder, byte by byte. */
function found(folder: string, secrets: ReadonlyMap<string, string>): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
  expect(files.length).toBeGreaterThan(0)
  return files.flatMap((file) =>
    inBytes(readFileSync(file), secrets).map((what) => `${what} in ${file}`),
  )
}

function inBytes(bytes: Buffer, secrets: ReadonlyMap<string, string>): readonly string[] {
  return [...secrets]
    .filter(([, secret]) => spellings(secret).some((spelling) => bytes.includes(spelling)))
    .map(([what]) => what)
}

/** Every token that the devices of a test were handed, under the name of what it is. */
function issued() {
  const secrets = new Map<string, string>()
  const note = (what: string, secret: string | undefined): string => {
    expect(secret, what).toMatch(/^[\w-]{22,}$/)
    secrets.set(`${what} ${String(secrets.size)}`, secret ?? '')
    return secret ?? ''
  }
  const cacheOf = (what: string): TokenCache => {
    const inner = memoryTokenCache()
    const save = async (key: never, token: CachedToken): Promise<void> => {
      note(what, token.token)
      await inner.save(key, token)
    }
    return { ...inner, save } as TokenCache
  }
  return { secrets, note, cacheOf }
}

type Issued = ReturnType<typeof issued>

async function setupCode(here: Place, { note }: Issued) {
  const { setup } = (await owner(here)).devices().pairing
  const made = await setup.create(ROOT)
  if (made.outcome !== 'created') throw new Error(made.outcome)
  note('setup code', made.secret)
  return { setup, setupId: made.setup.setupId, secret: made.secret }
}

/** Setup codes in every state, and a node that came by one. */
async function playSetup(here: Place, url: string, all: Issued) {
  const [unbound, withdrawn] = [await setupCode(here, all), await setupCode(here, all)]
  await withdrawn.setup.withdraw(ROOT, withdrawn.setupId)
  const waits = await setupCode(here, all)
  const waiting = node({ url, bootstrapToken: waits.secret })
  const used = await setupCode(here, all)
  const phone = node({ url, bootstrapToken: used.secret, tokens: all.cacheOf('node token') })
  await until(() => waiting.asked.length > 0 && phone.asked.length > 0)
  await approve(here, phone.asked[0]?.requestId)
  await phone.client.ready({ timeoutMs: 10_000 })
  for (const { secret } of [used, withdrawn, waits])
    await node({ url, token: secret }).client.stopped
  expect(unbound.setupId).toMatch(/^setup-/)
  return phone
}

/** Tokens that are rotated and revoked, by the owner, an operator and the device itself. */
async function playTokens(here: Place, url: string, all: Issued) {
  const phone = await playSetup(here, url, all)
  const { deviceId } = phone.identity
  const { pairing } = (await owner(here)).devices()
  const rotated = await pairing.rotate(ROOT, { deviceId, role: 'node' })
  all.note('rotated token', rotated.outcome === 'rotated' ? rotated.token?.token : undefined)
  const admin = await operator(here, url, all.cacheOf('operator token'))
  const { requestId } = (
    await admin.request('node.pair.request', { nodeId: 'old', displayName: 'Old' })
  ).request
  const old = await admin.request('node.pair.approve', { requestId })
  all.note('token of the old store', old.node.token)
  const own = { deviceId: admin.deviceId, role: 'operator' }
  all.note('own token', (await admin.request('device.token.rotate', own)).token)
  await pairing.revoke(ROOT, { deviceId, role: 'node' })
}

it('no secret that was ever given out is in the state directory or the log, in any spelling', async () => {
  const here = place()
  const all = issued()
  const first = await start(here)
  await playTokens(here, first.url, all)
  const ann = visitor(first.url)
  await allow(here, (await ann.session()) as never)
  await ann.say('hello')
  all.note('web chat session', /=([\w-]{22,})/.exec(ann.cookie())?.[1])
  await first.stop()
  const second = await start(here)
  node({ url: second.url, token: [...all.secrets.values()][0] ?? '' })
  await until(() => second.lines.some(({ event }) => event === 'device-refused'))
  await second.stop()
  expect([...all.secrets.keys()].map((what) => what.replace(/ \d+$/, ''))).toEqual(
    expect.arrayContaining([
      'setup code',
      'node token',
      'rotated token',
      'operator token',
      'token of the old store',
      'own token',
      'web chat session',
    ]),
  )
  expect(found(here.stateDir, all.secrets)).toEqual([])
  const log = Buffer.from([...first.raw, ...second.raw].join(''))
  expect(inBytes(log, all.secrets)).toEqual([])
  // What looks finds: the gateway's own secret is there, where it has to be.
  const own = new Map([['own', tokenOf(here)]])
  expect(found(here.stateDir, own)).toEqual([`own in ${join(here.stateDir, 'gateway-token')}`])
  const [[what, secret] = ['', '']] = all.secrets
  for (const spelling of spellings(secret)) {
    writeFileSync(join(here.stateDir, 'planted'), Buffer.concat([Buffer.from('x'), spelling]))
    expect(found(here.stateDir, all.secrets)).toEqual([`${what} in ${here.stateDir}/planted`])
  }
})
