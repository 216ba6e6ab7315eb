// Stands in for baileys 7.0.0-rc14 in tests: the functions, events and errors of it that an adapter uses. What WhatsApp
// would do comes as JSON lines from the emulator. No Noise handshake, no Signal sessions, no binary XML.
import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { connect } from 'node:net'

const boom = (message, statusCode) =>
  Object.assign(new Error(message), { isBoom: true, output: { statusCode } })

export const BufferJSON = {
  replacer: (_, value) =>
    value instanceof Uint8Array || value?.type === 'Buffer'
      ? { type: 'Buffer', data: Buffer.from(value.data ?? value).toString('base64') }
      : value,
  reviver: (_, value) =>
    value?.type === 'Buffer' && typeof value.data === 'string'
      ? Buffer.from(value.data, 'base64')
      : value,
}

export const proto = {
  Message: { AppStateSyncKeyData: { fromObject: (value) => ({ ...value, isProto: true }) } },
}

const pair = () => ({ private: randomBytes(32), public: randomBytes(32) })

export const initAuthCreds = () => ({
  noiseKey: pair(),
  signedIdentityKey: pair(),
  registrationId: 1,
  advSecretKey: randomBytes(32).toString('base64'),
  nextPreKeyId: 1,
  registered: false,
})

/** What the library prints when a session ends, as its cipher does. */
const printSession = () => console.info('Closing session:', { privKey: 'SECRET-OF-A-SESSION' })

export function makeWASocket(config) {
  const { auth, connectTimeoutMs, waWebSocketUrl } = config
  const { creds, keys } = auth
  const url = new URL(waWebSocketUrl)
  const ev = new EventEmitter()
  const ws = new EventEmitter()
  const wire = connect(Number(url.port), url.hostname)
  ws.socket = { terminate: () => wire.destroy() }
  let last = Promise.resolve()
  const state = { isOpen: false, isClosed: false, hangs: false }
  const write = (line) => wire.write(`${JSON.stringify(line, BufferJSON.replacer)}\n`)

  const end = async (error) => {
    if (state.isClosed) return
    state.isClosed = true
    state.isOpen = false
    clearTimeout(timer)
    wire.end()
    // Waits for the other side, as the library does.
    if (state.hangs) await new Promise((resolve) => wire.once('close', resolve))
    else wire.destroy()
    ev.emit('connection.update', {
      connection: 'close',
      lastDisconnect: { error, date: new Date() },
    })
    ev.removeAllListeners('connection.update')
  }
  const timer = setTimeout(() => void end(boom('Timed Out', 408)), connectTimeoutMs)

  const does = {
    qr: ({ text }) => ev.emit('connection.update', { qr: text }),
    pair: ({ me }) => {
      ev.emit('creds.update', { me, registered: true })
      ev.emit('connection.update', { isNewLogin: true, qr: undefined })
    },
    open: ({ lid }) => {
      clearTimeout(timer)
      state.isOpen = true
      ev.emit('creds.update', { me: { ...creds.me, lid } })
      ev.emit('connection.update', { connection: 'open' })
    },
    upsert: ({ type, messages, mappings }) => {
      const set = { 'lid-mapping': {}, session: { '1.0': randomBytes(16) } }
      for (const [lid, phone] of Object.entries(mappings ?? {}))
        set['lid-mapping'][`${lid}_reverse`] = phone
      // One after another, as under the library's mutex.
      last = last.then(async () => {
        await keys.set(set)
        write({ kind: 'got', ids: messages.map((each) => each?.key?.id) })
        if (!state.isClosed) ev.emit('messages.upsert', { type, messages })
      })
    },
    ack: (attrs) => ws.emit('CB:ack,class:message', { tag: 'ack', attrs }),
    close: ({ code, reason }) => end(boom(reason ?? 'Connection Failure', code)),
    hang: () => {
      state.hangs = true
    },
    fall: ({ how }) => ws.emit('CB:fall', how),
    print: printSession,
  }
  ev.on('creds.update', (update) => Object.assign(creds, update))
  ws.on('CB:fall', (how) => {
    if (how === 'throw') throw new Error('a frame that nobody expected')
    // Nobody can catch these two.
    if (how === 'later')
      setTimeout(() => {
        throw new Error('a timer that nobody expected')
      })
    if (how === 'never-heard') void Promise.reject(new Error('a promise that nobody hears'))
  })
  ws.on('CB:fall', async (how) => {
    if (how === 'reject') throw new Error('a frame that nobody expected')
  })

  let rest = ''
  wire.setEncoding('utf8')
  wire.on('connect', () => write({ kind: 'hello', me: creds.me, config: shown(config) }))
  ws.on('message', (line) => does[line.kind]?.(line))
  wire.on('data', (text) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) ws.emit('message', JSON.parse(line))
  })
  wire.on('error', (error) => void end(boom(`WebSocket Error (${error.message})`, 408)))
  wire.on('close', () => void end(boom('Connection Terminated', 428)))
  process.nextTick(() => ev.emit('connection.update', { connection: 'connecting' }))

  const need = () => {
    if (!state.isOpen) throw boom('Connection Closed', 428)
  }
  return {
    ev,
    ws,
    end,
    sendMessage: async (jid, content, { messageId }) => {
      need()
      write({ kind: 'send', jid, content, id: messageId })
      return { key: { remoteJid: jid, fromMe: true, id: messageId } }
    },
    readMessages: async (read) => {
      need()
      write({ kind: 'read', keys: read })
    },
    logout: async () => {
      need()
      write({ kind: 'logout' })
      void end(boom('Intentional Logout', 401))
    },
    signalRepository: {
      lidMapping: {
        getPNForLID: async (lid) => {
          const id = `${lid.split('@')[0]}_reverse`
          const found = (await keys.get('lid-mapping', [id]))[id]
          return found ? `${found}@s.whatsapp.net` : null
        },
      },
    },
  }
}

/** What of the options a test may look at. */
const shown = ({ auth, logger, shouldIgnoreJid, ...rest }) => ({
  ...rest,
  logLevel: logger.level,
  ignores: ['status@broadcast', '1@newsletter', '1@s.whatsapp.net', '1@g.us'].filter(
    shouldIgnoreJid,
  ),
})
