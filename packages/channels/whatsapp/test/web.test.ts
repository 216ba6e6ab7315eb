import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { waJidOf, waLidOf, waMessage, waNumberOf } from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nodeSession, WebLibraryMissing, webConnection } from '../src/web.ts'
import {
  account,
  closeAll,
  emulate,
  events,
  folder,
  libraryOf,
  linkedSession,
  memoryCursor,
  optionsOf,
  pause,
  runBench,
  texts,
  until,
} from './web/bench.ts'

afterEach(closeAll)

const jidOf = (who: number): string => waJidOf(waNumberOf(who))

describe('a connection', () => {
  it('shows nobody that we are there, asks for no history, and keeps the library quiet', async () => {
    const emulator = await emulate()
    const { lines } = await runBench({ emulator })
    await until(() => emulator.connections() === 1, 'the connection')
    expect(emulator.config()).toMatchObject({
      ...{ markOnlineOnConnect: false, syncFullHistory: false, emitOwnEvents: false },
      ...{ logLevel: 'silent', browser: ['OpenClaw', 'Chrome', '1.0'] },
      ...{ generateHighQualityLinkPreview: false },
      ignores: ['status@broadcast', '1@newsletter'],
    })
    await until(() => lines.length > 0, 'the line that says it')
    expect(events(lines)).toEqual(['whatsapp-connected'])
  })

  it.each([408, 428, 500, 503, 405])('that ends with %j comes again', async (code) => {
    const emulator = await emulate()
    const { connection, lines } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    emulator.end(code)
    await until(() => emulator.logins() === 2, 'the next one')
    await until(() => connection.status().state === 'connected', 'the connection')
    expect(events(lines)).toEqual([
      'whatsapp-connected',
      'whatsapp-disconnected',
      'whatsapp-connected',
    ])
    expect(connection.status().lastError).toContain(String(code))
  })

  it('leaves out nothing where long texts take all the room', async () => {
    const emulator = await emulate()
    let release = (_: undefined): void => {}
    const held = new Promise<undefined>((resolve) => (release = resolve))
    const { offered, lines } = await runBench({ emulator, onMessage: () => held })
    await until(() => emulator.connections() === 1, 'the connection')
    for (let who = 1; who <= 150; who += 1) emulator.message(who, 'x'.repeat(65_000))
    await until(() => events(lines).includes('inbox-full'), 'the room to be taken')
    release(undefined)
    await until(() => offered.length === 150, 'all of them')
  })

  it('holds no more of a flood of long texts than a bound, and goes on after it', async () => {
    const emulator = await emulate()
    let release = (_: undefined): void => {}
    const held = new Promise<undefined>((resolve) => (release = resolve))
    const { offered, lines } = await runBench({ emulator, onMessage: () => held })
    await until(() => emulator.connections() === 1, 'the connection')
    for (let who = 1; who <= 800; who += 1) emulator.message(who, 'x'.repeat(65_000))
    await until(() => events(lines).includes('whatsapp-too-many-messages'), 'the bound')
    release(undefined)
    await until(() => offered.length > 500, 'those that were held')
    await pause(300)
    expect(offered.length).toBeLessThan(800)
    emulator.message(5_000, 'after it')
    await until(() => texts(offered).includes('after it'), 'the next message')
  }, 40_000)

  it('that is to be restarted is made again at once', async () => {
    const emulator = await emulate()
    const options = { timing: { backoffMs: 60_000, maxBackoffMs: 60_000 } }
    const { lines } = await runBench({ emulator, options })
    await until(() => emulator.connections() === 1, 'the connection')
    emulator.end(515)
    await until(() => emulator.logins() === 2, 'the next one')
    const warned = lines.filter(([level]) => level === 'warn')
    expect(warned).toEqual([])
  })

  it('that is restarted again and again backs off as well', async () => {
    const emulator = await emulate()
    emulator.turnAway(515)
    await runBench({ emulator, options: { timing: { backoffMs: 150, maxBackoffMs: 300 } } })
    await until(() => emulator.logins() >= 3, 'three of them')
    const before = emulator.logins()
    await pause(300)
    expect(emulator.logins() - before).toBeLessThan(5)
  })

  it('that stands and is to be restarted again and again backs off as well', async () => {
    const emulator = await emulate()
    await runBench({ emulator, options: { timing: { backoffMs: 10_000, maxBackoffMs: 10_000 } } })
    for (let round = 0; round < 50; round += 1) {
      if (emulator.connections() > 0) emulator.end(515)
      await pause(20)
    }
    expect(emulator.logins()).toBeLessThan(4)
  })

  it.each([
    [401, /Link it anew: openclaw channels login whatsapp/],
    [403, /Open WhatsApp on the phone/],
    [440, /Stop the other gateway or bot/],
  ])('that ends with %j never comes again, and says why', async (code, hint) => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    const { connection, ended } = await runBench({ emulator, session })
    await until(() => emulator.connections() === 1, 'the connection')
    emulator.end(code)
    await expect(ended).rejects.toMatchObject({
      ...{ code: 'ERR_WHATSAPP_WEB_REFUSED', hint: expect.stringMatching(hint) },
    })
    expect(connection.status()).toMatchObject({ state: 'failed' })
    await pause(100)
    expect(emulator.logins()).toBe(1)
    expect(await session.files.read('creds.json')).toContain('15550000000')
  })

  it('that fails again and again is logged once, waits longer each time, and says in the end what may help', async () => {
    const emulator = await emulate()
    emulator.turnAway(500)
    const { connection, lines } = await runBench({
      emulator,
      options: { timing: { backoffMs: 4, maxBackoffMs: 60 } },
    })
    await until(() => emulator.logins() > 12, 'many of them')
    const told = lines.filter(([level]) => level === 'warn').map(([, , { reason }]) => reason)
    expect(told).toEqual([
      expect.stringContaining('(500)'),
      expect.stringContaining('link it anew'),
    ])
    expect(connection.status().lastError).toContain('link it anew')
  })

  it('survives what the library lets fall, and goes on', async () => {
    const emulator = await emulate()
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const { connection, offered, lines } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    emulator.say({ kind: 'fall', how: 'throw' })
    emulator.say({ kind: 'fall', how: 'reject' })
    emulator.upsert('notify', [null, 7, { key: null }] as never)
    emulator.message(1, 'hello')
    await until(() => offered.length === 1, 'the message')
    await pause(20)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
    expect(events(lines)).toEqual([
      ...['whatsapp-connected', 'whatsapp-library-fault', 'whatsapp-library-fault'],
    ])
  })

  it('that the other side does not close is cut when the stop comes', async () => {
    const emulator = await emulate()
    const { connection, stop } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    emulator.say({ kind: 'hang' })
    await pause(20)
    const begun = performance.now()
    await stop()
    expect(performance.now() - begun).toBeLessThan(5_000)
    await until(() => emulator.connections() === 0, 'the end of it')
  })

  it('that WhatsApp never lets begin is given up and tried again', async () => {
    const emulator = await emulate()
    emulator.turnAway(-1)
    const { connection } = await runBench({ emulator, options: { timing: { connectMs: 60 } } })
    await until(() => emulator.logins() >= 2, 'the next one')
    expect(connection.status().state).not.toBe('connected')
  })

  it.each(['ws://example.org', 'https://example.org', 'nothing', 'ws://u:p@127.0.0.1:1'])(
    'to %j is refused',
    async (webSocketUrl) => {
      const emulator = await emulate()
      const { ended } = await runBench({ emulator, options: { webSocketUrl } })
      await expect(ended).rejects.toMatchObject({ code: 'ERR_WHATSAPP_WEB_URL_INVALID' })
    },
  )

  it('without the library fails with the command that installs it', async () => {
    const emulator = await emulate()
    const library = () => Promise.reject(new WebLibraryMissing('npm install it'))
    const { connection, ended } = await runBench({ emulator, options: { library } })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_WHATSAPP_WEB_LIBRARY_MISSING' })
    expect(connection.status()).toMatchObject({
      ...{ state: 'failed', lastError: expect.stringContaining('npm install it') },
    })
  })

  it('with another version of the library says so and goes on', async () => {
    const emulator = await emulate()
    const library = async () => ({ ...(await libraryOf(emulator)), version: '7.1.0' })
    const { lines } = await runBench({ emulator, options: { library } })
    await until(() => events(lines).includes('whatsapp-library-version'), 'the line')
    await until(() => emulator.connections() === 1, 'the connection')
  })

  it.each([
    ['7.0.0-rc13', true],
    ['6.7.21', true],
    ['unknown', true],
    ['7.0.0-rc14', false],
    ['7.0.0-rc.15', false],
    ['7.0.0', false],
    ['8.0.0-rc1', false],
  ])('%s: what the owner writes to themself is left out: %s', async (version, isOff) => {
    const emulator = await emulate()
    const library = async () => ({ ...(await libraryOf(emulator)), version })
    const { lines } = await runBench({ emulator, options: { library, selfChat: 'taken' } })
    await until(() => events(lines).includes('whatsapp-connected'), 'the connection')
    expect(events(lines).includes('whatsapp-self-chat-off')).toBe(isOff)
  })
})

describe('an account that is not linked', () => {
  it('waits, says what to do, and connects by itself when somebody has linked it', async () => {
    const emulator = await emulate()
    const session = nodeSession(join(await folder(), 'default'))
    const { connection, lines } = await runBench({ emulator, session })
    await until(() => connection.status().state === 'waiting', 'the state')
    await pause(100)
    expect(connection.status().lastError).toBe('not linked: run openclaw channels login whatsapp')
    expect(events(lines)).toEqual(['whatsapp-not-linked'])
    expect(emulator.logins()).toBe(0)
    const linked = await (await linkedSession(emulator)).files.read('creds.json')
    await session.files.change([{ name: 'creds.json', text: linked }])
    await until(() => connection.status().state === 'connected', 'the connection')
  })

  it('whose session another process has waits until that is over', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    const lock = await session.lock()
    const { connection, lines } = await runBench({ emulator, session })
    await until(() => connection.status().state === 'waiting', 'the state')
    await pause(80)
    expect(connection.status().lastError).toContain('another process on this machine')
    expect(events(lines)).toEqual(['whatsapp-session-in-use'])
    await lock?.release()
    await until(() => connection.status().state === 'connected', 'the connection')
    expect(await session.lock()).toBeUndefined()
  })

  it('whose session cannot be read waits, says why once, and connects when it can', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    let isThere = false
    const read = (name: string) =>
      isThere ? session.files.read(name) : Promise.reject(new Error('EACCES: permission denied'))
    const files = { ...session.files, read }
    const { connection, lines } = await runBench({ emulator, session: { ...session, files } })
    await until(() => connection.status().state === 'waiting', 'the state')
    await pause(80)
    expect(connection.status().lastError).toContain('EACCES')
    expect(events(lines)).toEqual(['whatsapp-session-unusable'])
    isThere = true
    await until(() => connection.status().state === 'connected', 'the connection')
  })

  it('whose session is damaged fails and deletes nothing', async () => {
    const emulator = await emulate()
    const session = nodeSession(join(await folder(), 'default'))
    await session.files.change([{ name: 'creds.json', text: '{"noise' }])
    const { ended } = await runBench({ emulator, session })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_WHATSAPP_WEB_CREDS_DAMAGED' })
    expect(await session.files.read('creds.json')).toBe('{"noise')
  })
})

describe('the session', () => {
  it('is saved at once and as a whole, for its owner alone, with a copy of what was there before', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    const { stop } = await runBench({ emulator, session })
    await until(async () => (await session.files.read('creds.json'))?.includes('"lid"'), 'the keys')
    emulator.message(1, 'hello')
    await until(async () => (await session.files.read('session-1.0.json')) !== undefined, 'a key')
    await stop()
    const copy = await session.files.read('creds.json.bak')
    expect(copy).not.toContain('"lid"')
    const names = (await readdir(session.files.folder)).sort()
    expect(names).toEqual(['creds.json', 'creds.json.bak', 'session-1.0.json'])
    for (const name of names) {
      const { mode } = await stat(join(session.files.folder, name))
      expect(mode & 0o777).toBe(0o600)
    }
    expect((await stat(session.files.folder)).mode & 0o777).toBe(0o700)
  })

  it.each(['', '{"noiseKey":{"private', 'null'])(
    'torn as %j is taken from its copy',
    async (torn) => {
      const emulator = await emulate()
      const session = await linkedSession(emulator)
      const whole = await session.files.read('creds.json')
      await session.files.change([
        { name: 'creds.json.bak', text: whole },
        { name: 'creds.json', text: torn },
      ])
      const { lines } = await runBench({ emulator, session })
      await until(() => emulator.connections() === 1, 'the connection')
      expect(events(lines)).toContain('whatsapp-creds-restored')
      const { me } = JSON.parse((await session.files.read('creds.json')) ?? '')
      expect(me).toMatchObject({ id: '15550000000:1@s.whatsapp.net' })
    },
  )

  it('whose keys cannot be written says so and tries again', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    let isFull = true
    const files = {
      ...session.files,
      change: (changes: Parameters<typeof session.files.change>[0]) =>
        isFull ? Promise.reject(new Error('ENOSPC')) : session.files.change(changes),
    }
    const { lines } = await runBench({ emulator, session: { ...session, files } })
    await until(() => events(lines).includes('whatsapp-creds-not-saved'), 'the line')
    isFull = false
    await until(async () => (await session.files.read('creds.json'))?.includes('"lid"'), 'the keys')
  })

  it('names its files as the library does', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    const { port } = await libraryOf(emulator)
    const { keyFiles } = await import('../src/web/keys.ts')
    const lines: string[] = []
    const log = (_: string, event: string): void => void lines.push(event)
    const keys = keyFiles({ files: session.files, library: port, log })
    const ids = { 'a/b:1': Buffer.from('key'), gone: null }
    await keys.set({ session: ids, 'app-state-sync-key': { AAA: { keyData: Buffer.from('k') } } })
    const names = await readdir(session.files.folder)
    expect(names).toEqual(expect.arrayContaining(['session-a__b-1.json']))
    expect(await readFile(join(session.files.folder, 'session-a__b-1.json'), 'utf8')).toBe(
      '{"type":"Buffer","data":"a2V5"}',
    )
    expect(await keys.get('session', ['a/b:1', 'gone'])).toEqual({
      ...{ 'a/b:1': Buffer.from('key'), gone: null },
    })
    const sync = await keys.get('app-state-sync-key', ['AAA'])
    expect(sync).toEqual({ AAA: { keyData: Buffer.from('k'), isProto: true } })
    await session.files.change([{ name: 'session-torn.json', text: '{"type"' }])
    expect(await keys.get('session', ['torn'])).toEqual({ torn: null })
    expect(lines).toEqual(['whatsapp-key-damaged'])
    await keys.set({ session: { 'a/b:1': null } })
    expect(await keys.get('session', ['a/b:1'])).toEqual({ 'a/b:1': null })
  })

  it('is closed to others, and the folders above it stay as they are', async () => {
    const root = await folder()
    await chmod(root, 0o755)
    const session = nodeSession(join(root, 'session'))
    // As OpenClaw 2026.2 may have left it.
    const open = async (): Promise<void> => {
      await mkdir(session.files.folder, { recursive: true })
      await chmod(session.files.folder, 0o755)
    }
    const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777
    await open()
    await session.files.change([{ name: 'creds.json', text: '{}' }])
    expect(await modeOf(session.files.folder)).toBe(0o700)
    await open()
    await (await session.lock())?.release()
    expect([await modeOf(root), await modeOf(session.files.folder)]).toEqual([0o755, 0o700])
  })

  it('loses what a killed process had not finished writing, and nothing else', async () => {
    const session = await linkedSession(await emulate())
    const unfinished = 'session-1.0.json.0123456789ab.tmp'
    await session.files.change([
      { name: unfinished, text: '{' },
      { name: 'session-x.tmp.json', text: '{}' },
    ])
    await (await session.lock())?.release()
    const names = (await readdir(session.files.folder)).sort()
    expect(names).toEqual(['creds.json', 'session-x.tmp.json'])
  })

  it('is held by one connection at a time', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    const one = await runBench({ emulator, session })
    await until(() => one.connection.status().state === 'connected', 'the first')
    const two = await runBench({ emulator, session })
    await until(() => two.connection.status().state === 'waiting', 'the second')
    expect(emulator.logins()).toBe(1)
    await one.stop()
    await until(() => two.connection.status().state === 'connected', 'the second')
  })
})

describe('a message', () => {
  it('that was kept while nobody was connected says so, one that comes live does not', async () => {
    const emulator = await emulate()
    emulator.message(1, 'while you were away')
    const { connection, offered } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    emulator.message(1, 'now')
    emulator.message(1, 'late', { at: Date.now() - 60_000 })
    await until(() => offered.length === 3, 'the messages')
    expect(texts(offered)).toEqual(['while you were away', 'now', 'late'])
    expect(offered[0]?.heldMs).toBeGreaterThan(30_000)
    expect(offered[1]?.heldMs ?? 0).toBeLessThan(20_000)
    expect(offered[2]?.heldMs).toBeGreaterThan(30_000)
  })

  it('that could not be read first is offered when its body comes under the same id', async () => {
    const emulator = await emulate()
    const { connection, offered, ignored } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    const message = waMessage(1, 'hello', { at: Date.now() })
    emulator.upsert('notify', [{ ...message, message: null, messageStubType: 2 }])
    emulator.upsert('notify', [message])
    emulator.upsert('notify', [message])
    await until(() => offered.length === 1, 'the message')
    await pause(30)
    expect(texts(offered)).toEqual(['hello'])
    expect(ignored).toMatchObject([{ kind: 'ignore' }])
  })

  it('of a hidden id is of the number that the library has learned', async () => {
    const emulator = await emulate()
    const session = await linkedSession(emulator)
    const { connection, offered } = await runBench({ emulator, session })
    await until(() => connection.status().state === 'connected', 'the connection')
    emulator.message(1, 'who am I?', { by: 'hidden' })
    await until(() => offered.length === 1, 'the message')
    expect(offered[0]).toMatchObject({ senderId: waLidOf(1), aliases: [] })
    const [id] = waJidOf(waLidOf(1)).split('@')
    const mapping = JSON.stringify(waNumberOf(1).slice(1))
    await session.files.change([{ name: `lid-mapping-${id}_reverse.json`, text: mapping }])
    emulator.message(1, 'and now?', { by: 'hidden' })
    await until(() => offered.length === 2, 'the message')
    expect(offered[1]).toMatchObject({
      ...{ senderId: waNumberOf(1), aliases: [waLidOf(1)], replyTo: waJidOf(waLidOf(1)) },
    })
  })

  it('that comes again under the other id of its chat is known', async () => {
    const emulator = await emulate()
    const { connection, offered } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    const message = emulator.message(1, 'hello', { by: 'hidden' })
    const { key } = message as { key: object }
    const named = { ...key, remoteJidAlt: jidOf(1) }
    emulator.upsert('notify', [{ ...message, key: named }])
    const phone = { ...key, remoteJid: jidOf(1), remoteJidAlt: waJidOf(waLidOf(1)) }
    emulator.upsert('notify', [{ ...message, key: phone }])
    emulator.message(1, 'next')
    await until(() => texts(offered).includes('next'), 'the next message')
    expect(texts(offered)).toEqual(['hello', 'next'])
  })

  it('is one of thousands at once, and none is left out', async () => {
    const emulator = await emulate()
    const { connection, offered } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    const at = Date.now()
    const all = Array.from({ length: 6_000 }, (_, who) => waMessage(who, 'hello', { at }))
    emulator.upsert('notify', all)
    await until(() => offered.length === 6_000, 'all of them')
    expect(new Set(offered.map(({ senderId }) => senderId)).size).toBe(6_000)
  }, 20_000)

  it('of another account is unknown to this one', async () => {
    const emulator = await emulate()
    const saved = {
      ...{ version: 1, owner: '+15559999999', keys: '[]' },
      open: JSON.stringify([{ type: 'notify', message: waMessage(1, 'old', { at: 1_000_000 }) }]),
    }
    const { connection, offered } = await runBench({ emulator, cursor: memoryCursor(saved) })
    await until(() => connection.status().state === 'connected', 'the connection')
    await pause(50)
    expect(offered).toEqual([])
  })

  it('is shown as read to who was let in, where that is wished', async () => {
    const emulator = await emulate()
    const onMessage = async ({ text }: { text: string }) =>
      text === 'friend' ? ('deliver' as const) : ('challenge' as const)
    const { connection } = await runBench({
      ...{ emulator, onMessage, options: { readReceipts: 'approved' } },
    })
    await until(() => connection.status().state === 'connected', 'the connection')
    emulator.message(1, 'stranger')
    const message = emulator.message(2, 'friend')
    await until(() => emulator.read.length > 0, 'the receipt')
    const { id } = message['key'] as { id: string }
    expect(emulator.read).toEqual([{ remoteJid: jidOf(2), id, fromMe: false }])
  })

  it('is not shown as read otherwise', async () => {
    const emulator = await emulate()
    const { connection, offered } = await runBench({
      ...{ emulator, onMessage: async () => 'deliver' as const },
    })
    await until(() => connection.status().state === 'connected', 'the connection')
    emulator.message(1, 'friend')
    await until(() => offered.length === 1, 'the message')
    await pause(50)
    expect(emulator.read).toEqual([])
  })
})

describe('sending', () => {
  it('goes to the very chat, without a preview, and says when WhatsApp took it', async () => {
    const now = 1_795_370_123_000
    const emulator = await emulate({ now: () => now })
    const { connection } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    const to = waJidOf(waLidOf(1))
    const sent = await connection.send({ to, text: 'see https://example.org' })
    expect(sent).toEqual({
      ...{ outcome: 'sent', sentAt: now, messageId: expect.stringMatching(/^3EB0[0-9A-F]{18}$/) },
    })
    expect(emulator.sent).toMatchObject([
      { jid: to, content: { text: 'see https://example.org', linkPreview: null } },
    ])
  })

  it.each([
    [waNumberOf(1), jidOf(1)],
    [waLidOf(1), waJidOf(waLidOf(1))],
  ])('to %j finds the chat', async (to, jid) => {
    const emulator = await emulate()
    const { connection } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    expect(await connection.send({ to, text: 'hi' })).toMatchObject({ outcome: 'sent' })
    expect(emulator.sent).toMatchObject([{ jid }])
  })

  it.each(['120363000000000000@g.us', 'status@broadcast', 'Alice', '+1', 'lid:', ''])(
    'to %j is refused',
    async (to) => {
      const emulator = await emulate()
      const { connection } = await runBench({ emulator })
      await until(() => connection.status().state === 'connected', 'the connection')
      expect(await connection.send({ to, text: 'hi' })).toMatchObject({ outcome: 'refused' })
    },
  )

  it.each([
    ['463', 'refused', /no new chats/],
    ['404', 'refused', /nobody has WhatsApp/],
    ['429', 'failed', /for a while/],
    ['599', 'failed', /599/],
  ])('that WhatsApp answers with %j is %s', async (code, outcome, reason) => {
    const emulator = await emulate()
    const { connection } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    emulator.sends({ kind: 'error', code })
    const sent = await connection.send({ to: jidOf(1), text: 'hi' })
    expect(sent).toMatchObject({ outcome, reason: expect.stringMatching(reason) })
  })

  it('that a lost connection leaves open is unknown, and not repeated', async () => {
    const emulator = await emulate()
    const { connection } = await runBench({ emulator, options: { timing: { sendMs: 30_000 } } })
    await until(() => connection.status().state === 'connected', 'the connection')
    emulator.sends({ kind: 'cut' })
    expect(await connection.send({ to: jidOf(1), text: 'hi' })).toMatchObject({
      ...{ outcome: 'unknown', reason: expect.stringContaining('connection was lost') },
    })
    emulator.sends({ kind: 'take' })
    await until(() => emulator.logins() === 2, 'the next connection')
    await pause(100)
    expect(emulator.sent).toEqual([])
  })

  it('waits for a connection a little, and fails without one', async () => {
    const emulator = await emulate()
    const { connection } = await runBench({ emulator })
    await until(() => connection.status().state === 'connected', 'the connection')
    await emulator.pause()
    await until(() => connection.status().state === 'waiting', 'the end of it')
    const failed = await connection.send({ to: jidOf(1), text: 'hi' })
    expect(failed).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('waiting') })
    const sent = runAgain(emulator.resume, () => connection.send({ to: jidOf(1), text: 'again' }))
    await expect(sent).resolves.toMatchObject({ outcome: 'sent' })
  })

  it('before anything runs fails', async () => {
    const emulator = await emulate()
    const connection = webConnection(await optionsOf({ emulator }))
    expect(connection).toMatchObject({ channel: 'whatsapp', account })
    expect(await connection.send({ to: jidOf(1), text: 'hi' })).toMatchObject({ outcome: 'failed' })
  })
})

/** Sends until it is taken: a connection comes a moment after the port. */
async function runAgain(
  resume: () => Promise<void>,
  send: () => Promise<{ readonly outcome: string }>,
): Promise<{ readonly outcome: string }> {
  await resume()
  for (let tries = 0; ; tries += 1) {
    const sent = await send()
    if (sent.outcome === 'sent' || tries > 20) return sent
  }
}
