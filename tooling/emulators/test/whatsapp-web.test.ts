import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, it, vi } from 'vitest'
import { startWaEmulator, type WaEmulator } from '../src/index.ts'

let emulator: WaEmulator | undefined
afterEach(() => emulator?.close())

interface Creds {
  me?: object
}
type Listener = (data: Readonly<Record<string, unknown>>) => void
interface Library {
  readonly initAuthCreds: () => Creds
  readonly makeWASocket: (config: object) => {
    readonly ev: { readonly on: (event: string, listener: Listener) => void }
    readonly end: () => Promise<void>
  }
}

const keys = { get: async () => ({}), set: async () => {} }

/** Connects as baileys would; what its events brought. */
async function connect(at: WaEmulator, creds: Creds) {
  const { makeWASocket }: Library = await import(pathToFileURL(join(at.library, 'index.js')).href)
  const logger = { level: 'silent' }
  const config = { connectTimeoutMs: 2_000, waWebSocketUrl: at.url, shouldIgnoreJid: () => false }
  const socket = makeWASocket({ ...config, logger, auth: { creds, keys } })
  const seen: Readonly<Record<string, unknown>>[] = []
  for (const event of ['connection.update', 'messages.upsert'])
    socket.ev.on(event, (data) => void seen.push(data))
  return { socket, seen }
}

const soon = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 20_000, interval: 5 })

it('is named and numbered as the library that it stands in for', async () => {
  emulator = await startWaEmulator()
  const manifest: unknown = JSON.parse(
    await readFile(join(emulator.library, 'package.json'), 'utf8'),
  )
  expect(manifest).toMatchObject({ name: 'baileys', version: '7.0.0-rc14', type: 'module' })
})

it('shows a code, is scanned, and asks for a restart', async () => {
  emulator = await startWaEmulator()
  const creds: Creds = {}
  const { seen } = await connect(emulator, creds)
  await soon(() => expect(seen.some(({ qr }) => typeof qr === 'string')).toBe(true))
  emulator.scan()
  await soon(() => expect(seen.at(-1)).toMatchObject({ connection: 'close' }))
  expect(creds.me).toMatchObject({ id: '15550000000:1@s.whatsapp.net' })
  expect(seen.at(-1)).toMatchObject({ lastDisconnect: { error: { output: { statusCode: 515 } } } })
})

it('brings what waited as caught up, and what comes as live', async () => {
  emulator = await startWaEmulator()
  emulator.message(1, 'before')
  const { seen, socket } = await connect(emulator, { me: { id: '1@s.whatsapp.net' } })
  await soon(() => expect(emulator?.connections()).toBe(1))
  emulator.message(1, 'now')
  const types = () => seen.flatMap(({ type }) => (type === undefined ? [] : [type]))
  await soon(() => expect(types()).toEqual(['append', 'notify']))
  await socket.end()
  await soon(() => expect(emulator?.connections()).toBe(0))
})
