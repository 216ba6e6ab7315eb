import { fileURLToPath } from 'node:url'
import { waMessage } from './people.ts'
import { type Session, type WaServer, waServer } from './server.ts'
import type { WaEmulator, WaEmulatorOptions, WaMessage, WaSendMode, WaSent } from './types.ts'

const OURS = { id: '15550000000:1@s.whatsapp.net', lid: '99999999999999:1@lid' }

interface World {
  readonly sent: WaSent[]
  readonly read: unknown[]
  readonly waiting: WaMessage[]
  readonly now: () => number
  mode: WaSendMode
  turnedAway: number | undefined
  config: Readonly<Record<string, unknown>> | undefined
  logins: number
  loggedOut: number
  qrs: number
}

/** Starts WhatsApp, as the stand-in of baileys meets it, on 127.0.0.1. */
export async function startWaEmulator(options: WaEmulatorOptions = {}): Promise<WaEmulator> {
  const world: World = {
    ...{ sent: [], read: [], waiting: [], now: options.now ?? Date.now, mode: { kind: 'take' } },
    ...{ turnedAway: undefined, config: undefined, logins: 0, loggedOut: 0, qrs: 0 },
  }
  const server = await waServer(options.port ?? 0, (session, line) => hear(world, session, line))
  const open = (): Session[] => server.sessions().filter(({ state }) => state === 'open')
  const unlinked = (): Session[] => server.sessions().filter(({ state }) => state === 'scans')
  return {
    url: server.url,
    library: fileURLToPath(new URL('../../baileys', import.meta.url)),
    ...{ sent: world.sent, read: world.read },
    connections: () => open().length,
    logins: () => world.logins,
    config: () => world.config,
    loggedOut: () => world.loggedOut,
    message: (who, text, writing = {}) => {
      const message = waMessage(who, text, { ...writing, at: writing.at ?? world.now() })
      const [session] = open()
      world.waiting.push(message)
      session?.say({ kind: 'upsert', type: 'notify', messages: [message] })
      return message
    },
    upsert: (type, messages) => {
      for (const session of open()) session.say({ kind: 'upsert', type, messages })
    },
    ...switches(world),
    end: (code) => {
      for (const session of open()) session.say({ kind: 'close', code })
    },
    say: (line) => {
      for (const session of server.sessions()) session.say(line)
    },
    nextQr: () => {
      for (const session of unlinked()) showQr(world, session)
    },
    scan: () => {
      for (const session of unlinked()) {
        session.say({ kind: 'pair', me: OURS })
        session.say({ kind: 'close', code: 515, reason: 'Stream Errored (restart required)' })
      }
    },
    ...lifeOf(server),
  }
}

const switches = (world: World): Pick<WaEmulator, 'sends' | 'turnAway'> => ({
  sends: (mode) => {
    world.mode = mode
  },
  turnAway: (code) => {
    world.turnedAway = code
  },
})

const lifeOf = ({ listen, stop }: WaServer): Pick<WaEmulator, 'pause' | 'resume' | 'close'> => ({
  pause: stop,
  resume: listen,
  close: stop,
})

type Line = Readonly<Record<string, unknown>>

function hear(world: World, session: Session, line: Line): void {
  if (line['kind'] === 'hello') greet(world, session, line)
  if (line['kind'] === 'send') taken(world, session, line)
  if (line['kind'] === 'got') received(world, line['ids'])
  if (line['kind'] === 'read') world.read.push(...(line['keys'] as unknown[]))
  if (line['kind'] === 'logout') world.loggedOut += 1
}

function greet(world: World, session: Session, { me, config }: Line): void {
  world.logins += 1
  world.config = config as Line
  if (world.turnedAway !== undefined) session.say({ kind: 'close', code: world.turnedAway })
  else if (me === undefined) {
    session.state = 'scans'
    showQr(world, session)
  } else admit(world, session)
}

function admit(world: World, session: Session): void {
  session.state = 'open'
  session.say({ kind: 'open', lid: OURS.lid })
  // What came while nobody was there is marked as caught up.
  if (world.waiting.length > 0)
    session.say({ kind: 'upsert', type: 'append', messages: world.waiting })
}

function showQr(world: World, session: Session): void {
  world.qrs += 1
  const text = `https://wa.me/settings/linked_devices#2@ref-${String(world.qrs)},noise,identity,adv,1`
  session.say({ kind: 'qr', text })
}

function received(world: World, ids: unknown): void {
  const got = new Set(ids as string[])
  const left = world.waiting.filter(({ key }) => !got.has((key as { id: string }).id))
  world.waiting.splice(0, world.waiting.length, ...left)
}

function taken(world: World, session: Session, { jid, content, id }: Line): void {
  const { mode } = world
  const said = content as WaSent['content']
  if (mode.kind === 'cut') {
    session.cut()
    return
  }
  if (mode.kind !== 'error')
    world.sent.push({ jid: String(jid), text: String(said['text']), id: String(id), content: said })
  if (mode.kind === 'lose-answer') return
  const t = String(Math.floor(world.now() / 1_000))
  const error = mode.kind === 'error' ? { error: mode.code } : {}
  session.say({ kind: 'ack', id, class: 'message', t, ...error })
}
