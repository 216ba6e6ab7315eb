import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** One connection of the stand-in. */
export interface Session {
  /** `scans`: it shows a code and waits for the phone. */
  state: 'new' | 'scans' | 'open'
  readonly say: (line: Readonly<Record<string, unknown>>) => void
  readonly cut: () => void
}

/** A listening server. */
export interface WaServer {
  readonly url: string
  readonly sessions: () => readonly Session[]
  /** Opens the same port again. */
  readonly listen: () => Promise<void>
  /** Closes the port and every connection. */
  readonly stop: () => Promise<void>
}

type Hear = (session: Session, line: Readonly<Record<string, unknown>>) => void

/** Listens on 127.0.0.1 for lines of JSON. */
export async function waServer(port: number, hear: Hear): Promise<WaServer> {
  const sessions = new Map<Socket, Session>()
  const server = createServer((socket) => {
    const session: Session = {
      state: 'new',
      say: (line) => void socket.write(`${JSON.stringify(line)}\n`),
      cut: () => void socket.destroy(),
    }
    sessions.set(socket, session)
    socket.on('error', () => {})
    socket.on('close', () => sessions.delete(socket))
    readLines(socket, (line) => hear(session, line))
  })
  await listenOn(server, port)
  const bound = (server.address() as AddressInfo).port
  return {
    url: `ws://127.0.0.1:${String(bound)}`,
    sessions: () => [...sessions.values()],
    listen: () => (server.listening ? Promise.resolve() : listenOn(server, bound)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sessions.keys()) socket.destroy()
      }),
  }
}

function readLines(socket: Socket, take: (line: Readonly<Record<string, unknown>>) => void): void {
  let rest = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(JSON.parse(line) as Readonly<Record<string, unknown>>)
  })
}

const listenOn = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
