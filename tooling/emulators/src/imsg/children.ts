import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RelayFrame, type RelayOrder, relayScript } from './relay.ts'

/** One running `imsg rpc`. */
export interface Child {
  readonly pid: number
  readonly name: string
  readonly args: readonly string[]
  readonly env: readonly string[]
  readonly write: (text: string) => void
  readonly complain: (text: string) => void
  readonly exit: (code: number) => void
  readonly deafen: () => void
  /** Ends it at once, as `kill -9` does. */
  readonly kill: () => void
}

/** What happens to children. */
export interface ChildListener {
  readonly onStart: (child: Child) => void
  readonly onLine: (child: Child, line: string) => void
  readonly onEnd: (child: Child) => void
}

/** The executables, and the socket behind them. */
export interface Nursery {
  /** Holds `imsg` and `ssh`. */
  readonly folder: string
  /** From now on what a child writes comes in pieces of so many bytes; 0: whole. */
  readonly chop: (bytes: number) => void
  readonly close: () => Promise<void>
}

/** Writes the executables, and listens on 127.0.0.1 for those that were started. */
export async function nursery(listener: ChildListener): Promise<Nursery> {
  const folder = await mkdtemp(join(tmpdir(), 'imsg-emulator-'))
  const sockets = new Set<Socket>()
  const pieces = { bytes: 0 }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    adopt(socket, pieces, listener)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const script = relayScript(process.execPath, (server.address() as AddressInfo).port)
  for (const name of ['imsg', 'ssh']) {
    await writeFile(join(folder, name), script)
    await chmod(join(folder, name), 0o755)
  }
  return {
    folder,
    chop: (bytes) => {
      pieces.bytes = bytes
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function adopt(socket: Socket, pieces: { bytes: number }, listener: ChildListener): void {
  const order = (frame: RelayOrder): void => void socket.write(`${JSON.stringify(frame)}\n`)
  const input = lines()
  const frames = lines()
  let child: Child | undefined
  const take = (frame: RelayFrame): void => {
    if (frame.kind === 'hello') {
      child = childOf(frame, order, pieces)
      listener.onStart(child)
    }
    if (frame.kind !== 'in' || child === undefined) return
    for (const line of input(Buffer.from(frame.data, 'base64').toString()))
      listener.onLine(child, line)
  }
  socket.setEncoding('utf8').on('data', (text: string) => {
    for (const frame of frames(text)) take(JSON.parse(frame) as RelayFrame)
  })
  socket.on('error', () => {})
  socket.on('end', () => socket.end())
  socket.on('close', () => child && listener.onEnd(child))
}

function childOf(
  { pid, name, args, env }: Extract<RelayFrame, { kind: 'hello' }>,
  order: (frame: RelayOrder) => void,
  pieces: { readonly bytes: number },
): Child {
  return {
    ...{ pid, name, args, env },
    write: (text) => {
      const bytes = Buffer.from(text)
      const step = pieces.bytes || bytes.length
      for (let at = 0; at < bytes.length; at += step)
        order({ kind: 'out', data: bytes.subarray(at, at + step).toString('base64') })
    },
    complain: (text) => order({ kind: 'err', data: Buffer.from(text).toString('base64') }),
    exit: (code) => order({ kind: 'exit', code }),
    deafen: () => order({ kind: 'deaf' }),
    kill: () => {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended already.
      }
    },
  }
}

/** Cuts a stream of text into lines. */
function lines(): (text: string) => readonly string[] {
  let rest = ''
  return (text) => {
    const parts = `${rest}${text}`.split('\n')
    rest = parts.pop() ?? ''
    return parts.filter((part) => part !== '')
  }
}
