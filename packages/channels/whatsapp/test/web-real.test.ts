import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import {
  type LoginStep,
  linkAccount,
  loadLibrary,
  nodeSession,
  type SessionPlace,
} from '../src/web.ts'
import {
  account,
  clock,
  closeAll,
  type emulate,
  folder,
  memoryCursor,
  pause,
  quick,
  runBench,
  until,
} from './web/bench.ts'

afterEach(closeAll)

/** `npm install --prefix <folder> baileys@7.0.0-rc14`, then `OPENCLAW_TEST_BAILEYS=<folder>`. */
const prefix = process.env['OPENCLAW_TEST_BAILEYS'] ?? ''
const program = fileURLToPath(import.meta.url)
const isThere =
  existsSync(join(prefix, 'node_modules/baileys/package.json')) ||
  existsSync(join(dirname(program), '../node_modules/baileys/package.json'))
const reason = 'baileys is not installed: OPENCLAW_TEST_BAILEYS names no folder that has it'
if (!isThere) console.warn(`skipped: ${reason}`)

const real = () => loadLibrary({ stateDir: '', program: join(prefix, 'test.js') })

/** A server on loopback that does `greet` with whoever connects. */
async function server(
  greet: (socket: WebSocket) => void,
): Promise<{ url: string; count: () => number }> {
  let count = 0
  const at = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  at.on('connection', (socket) => {
    count += 1
    socket.on('error', () => {})
    greet(socket)
  })
  await once(at, 'listening')
  onTestFinished(() => {
    for (const each of at.clients) each.terminate()
    at.close()
  })
  return { url: `ws://127.0.0.1:${String((at.address() as AddressInfo).port)}`, count: () => count }
}

/** A session as the real library writes it. */
async function session(): Promise<SessionPlace> {
  const { port } = await real()
  const place = nodeSession(join(await folder(), 'whatsapp', 'default'))
  const creds = { ...port.initAuthCreds(), me: { id: '15550000000:1@s.whatsapp.net' } }
  const text = JSON.stringify({ ...creds, registered: true }, port.BufferJSON.replacer)
  await place.files.change([{ name: 'creds.json', text }])
  return place
}

/** The library, and the socket that it makes next. */
async function captured() {
  const loaded = await real()
  let made: unknown
  const makeWASocket: typeof loaded.port.makeWASocket = (config) => {
    const socket = loaded.port.makeWASocket(config)
    made = { ...socket, proto: (loaded.port as unknown as Parts).proto }
    return socket
  }
  const library = () => Promise.resolve({ ...loaded, port: { ...loaded.port, makeWASocket } })
  return { socket: () => made, library }
}

interface Parts {
  readonly ev: { emit: (event: string, data: unknown) => void; flush: () => void }
  readonly ws: { emit: (event: string, frame: unknown) => void }
  readonly proto: Record<'Message' | 'WebMessageInfo', { fromObject: (value: object) => object }>
}

const partsOf = (socket: unknown): Parts => socket as Parts

const GARBAGE = Buffer.from([0, 0, 5, 1, 2, 3, 4, 5])

describe.skipIf(!isThere)(`the real library${isThere ? '' : ` (${reason})`}`, () => {
  it.each<[string, (socket: WebSocket) => void]>([
    ['closes at once', (socket) => socket.close()],
    ['closes after the first frame', (socket) => socket.once('message', () => socket.close())],
    ['cuts after the first frame', (socket) => socket.once('message', () => socket.terminate())],
    ['answers garbage', (socket) => socket.once('message', () => socket.send(GARBAGE))],
    ['sends text', (socket) => socket.send('hello')],
    ['says nothing', () => {}],
  ])(
    'meets a server that %s, backs off and stops cleanly',
    async (_, greet) => {
      const unhandled = vi.fn()
      process.on('unhandledRejection', unhandled)
      process.on('uncaughtException', unhandled)
      onTestFinished(() => {
        process.off('unhandledRejection', unhandled)
        process.off('uncaughtException', unhandled)
      })
      const { url, count } = await server(greet)
      const { connection, lines, stop } = await runBench({
        emulator: {} as Awaited<ReturnType<typeof emulate>>,
        session: await session(),
        options: { library: real, webSocketUrl: url, timing: { connectMs: 300 } },
      })
      await until(() => count() >= 3, 'three connections')
      expect(['waiting', 'starting']).toContain(connection.status().state)
      expect(connection.status().lastError).toMatch(/./)
      expect(lines.some(([, event]) => event === 'whatsapp-disconnected')).toBe(true)
      expect(await connection.send({ to: '+15551234567', text: 'hi' })).toMatchObject({
        outcome: 'failed',
      })
      const begun = performance.now()
      await stop()
      expect(performance.now() - begun).toBeLessThan(5_000)
      const before = count()
      await pause(500)
      expect(count()).toBe(before)
      expect(unhandled).not.toHaveBeenCalled()
    },
    20_000,
  )

  it('is heard and contained: its own messages, acknowledgements and falling promises', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    const { url } = await server(() => {})
    const { socket, library } = await captured()
    const { connection, offered, ignored, lines } = await runBench({
      emulator: {} as Awaited<ReturnType<typeof emulate>>,
      session: await session(),
      options: { library, webSocketUrl: url, timing: { connectMs: 20_000 } },
    })
    await until(() => socket() !== undefined, 'the socket')
    await pause(100)
    const { ev, ws, proto } = partsOf(socket())
    ev.emit('connection.update', { connection: 'open' })
    expect(connection.status().state).toBe('connected')
    const key = {
      remoteJid: '99887766554433@lid',
      remoteJidAlt: '15551234567@s.whatsapp.net',
      id: 'A1',
    }
    const messageTimestamp = Math.floor(Date.now() / 1_000)
    const info = (id: string, message: object) =>
      proto.WebMessageInfo.fromObject({ key: { ...key, id }, messageTimestamp, message })
    ev.emit('messages.upsert', {
      type: 'notify',
      messages: [
        // As it decodes live messages: a plain object around a message of its own class.
        { key, messageTimestamp, message: proto.Message.fromObject({ conversation: 'live' }) },
        info('A2', { ephemeralMessage: { message: { conversation: 'later' } } }),
        info('A3', { protocolMessage: { type: 0, key: { id: 'A1' } } }),
        info('A4', { reactionMessage: { text: '+', key: { id: 'A1' } } }),
      ],
    })
    ev.flush()
    await until(() => offered.length + ignored.length === 4, 'the messages')
    expect(offered).toMatchObject([
      { text: 'live', senderId: '+15551234567', aliases: ['lid:99887766554433'] },
      { text: 'later', sentAt: messageTimestamp * 1_000 },
    ])
    expect(ignored.map((each) => 'why' in each && each.why)).toEqual([
      'an edit, a deletion or a notice',
      'a reaction',
    ])
    // It has listeners that reject, and listeners that throw, when a frame is not as they expect.
    for (const frame of ['CB:iq,type:set,pair-device', 'CB:ib,,offline_preview', 'CB:stream:error'])
      ws.emit(frame, undefined)
    await until(() => lines.some(([, event]) => event === 'whatsapp-library-fault'), 'the line')
    await pause(50)
    expect(unhandled).not.toHaveBeenCalled()
  }, 20_000)

  it('meets a closed port, and an account that was never linked fails to link with the reason', async () => {
    const place = nodeSession(join(await folder(), 'whatsapp', 'default'))
    const steps: LoginStep[] = []
    const outcome = await linkAccount(
      {
        ...{ account, clock, session: place, log: () => {}, timing: quick },
        ...{ library: await real(), webSocketUrl: 'ws://127.0.0.1:1' },
      },
      (step) => void steps.push(step),
      new AbortController().signal,
    )
    expect(outcome).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/408|answer/),
    })
    expect(steps).toEqual([])
  }, 20_000)

  it('reads with its own store of several files what ours has written, and the other way round', async () => {
    const { port } = await real()
    const place = await session()
    const { keyFiles } = await import('../src/web/keys.ts')
    const keys = keyFiles({ files: place.files, library: port, log: () => {} })
    await keys.set({ session: { '15551234567.0': Buffer.from('session') } })
    const { useMultiFileAuthState } = port as unknown as {
      useMultiFileAuthState: (folder: string) => Promise<{
        state: {
          creds: { me: { id: string }; noiseKey: { private: Uint8Array } }
          keys: { get: typeof keys.get; set: typeof keys.set }
        }
      }>
    }
    const { state } = await useMultiFileAuthState(place.files.folder)
    expect(state.creds.me.id).toBe('15550000000:1@s.whatsapp.net')
    expect(state.creds.noiseKey.private).toBeInstanceOf(Uint8Array)
    expect(await state.keys.get('session', ['15551234567.0'])).toEqual({
      '15551234567.0': Buffer.from('session'),
    })
    await state.keys.set({
      'sender-key': { '1@g.us::15551234567::0': Buffer.from('group') },
      'app-state-sync-key': { AAA: { keyData: Buffer.from('k'), timestamp: 1 } },
    })
    expect(await keys.get('sender-key', ['1@g.us::15551234567::0'])).toEqual({
      '1@g.us::15551234567::0': Buffer.from('group'),
    })
    expect(await keys.get('app-state-sync-key', ['AAA'])).toMatchObject({
      AAA: { keyData: expect.any(Uint8Array) },
    })
  })

  it('has every function that is used of it, with its own reasons for an end', async () => {
    const { port, version } = await real()
    expect(version).toBe('7.0.0-rc14')
    const { DisconnectReason } = port as unknown as { DisconnectReason: Record<string, number> }
    expect(DisconnectReason).toMatchObject({
      ...{ loggedOut: 401, forbidden: 403, connectionLost: 408, multideviceMismatch: 411 },
      ...{ connectionClosed: 428, connectionReplaced: 440, badSession: 500 },
      ...{ unavailableService: 503, restartRequired: 515 },
    })
    expect(memoryCursor().last()).toBeUndefined()
  })
})
