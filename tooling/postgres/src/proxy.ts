import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** What stands between a store and its server, and breaks connections in all the ways that networks do. */
export interface FaultProxy {
  /** The same url, through the proxy. */
  readonly url: string
  /**
   * Cuts the next connection on which `pattern` is sent: `before` it reaches the server, which is left waiting as on a dead
   * network, or `after` the server did it and before its answer gets through.
   */
  readonly cutAt: (pattern: string, when: 'before' | 'after') => Promise<void>
  /** Cuts the next connection on which the server answers with `pattern`, before that gets through. */
  readonly cutAnswer: (pattern: string) => Promise<void>
  /** Nothing gets through in either direction, and nobody is told; new connections neither. */
  readonly pause: () => void
  readonly resume: () => void
  /** Ends every connection with RST. */
  readonly reset: () => void
  /** Lets nobody in until {@link accept}. */
  readonly refuse: () => void
  readonly accept: () => void
  /** How many connections were made. */
  readonly connections: () => number
  readonly close: () => Promise<void>
}

interface Cut {
  readonly pattern: string
  readonly when: 'before' | 'after'
  readonly done: () => void
}

interface ProxyState {
  readonly pairs: Set<readonly [Socket, Socket]>
  cut: Cut | undefined
  cutAnswer: Omit<Cut, 'when'> | undefined
  paused: boolean
  refusing: boolean
  made: number
}

/** Stands before the server of `url`. */
export async function openProxy(url: string): Promise<FaultProxy> {
  const target = new URL(url)
  const state: ProxyState = {
    pairs: new Set(),
    cut: undefined,
    cutAnswer: undefined,
    paused: false,
    refusing: false,
    made: 0,
  }
  const server = createServer((client) => relay(state, client, target))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.port = String((server.address() as AddressInfo).port)
  const each = (act: (socket: Socket) => void): void => {
    for (const pair of state.pairs) pair.forEach(act)
  }
  return {
    url: through.href,
    cutAt: (pattern, when) =>
      new Promise((done) => {
        state.cut = { pattern, when, done }
      }),
    cutAnswer: (pattern) =>
      new Promise((done) => {
        state.cutAnswer = { pattern, done }
      }),
    pause: () => {
      state.paused = true
      each((socket) => socket.pause())
    },
    resume: () => {
      state.paused = false
      each((socket) => socket.resume())
    },
    reset: () => each((socket) => socket.resetAndDestroy()),
    refuse: () => {
      state.refusing = true
    },
    accept: () => {
      state.refusing = false
    },
    connections: () => state.made,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      each((socket) => socket.destroy())
      await closed
    },
  }
}

function relay(state: ProxyState, client: Socket, { hostname, port }: URL): void {
  client.on('error', () => undefined)
  if (state.refusing) {
    client.resetAndDestroy()
    return
  }
  state.made += 1
  const server = connect(Number(port), hostname)
  server.on('error', () => undefined)
  const pair = [client, server] as const
  state.pairs.add(pair)
  if (state.paused) for (const socket of pair) socket.pause()
  const life = { silent: false, dead: false }
  client.on('data', (bytes) => {
    if (life.dead) return
    const { cut } = state
    if (cut && bytes.includes(cut.pattern)) {
      state.cut = undefined
      cutNow(cut, { client, server, bytes, life })
      return
    }
    server.write(bytes)
  })
  server.on('data', (bytes) => {
    const { cutAnswer } = state
    if (!life.dead && cutAnswer && bytes.includes(cutAnswer.pattern)) {
      state.cutAnswer = undefined
      life.silent = true
      client.destroy()
      cutAnswer.done()
    }
    if (!life.silent) client.write(bytes)
  })
  client.on('close', () => {
    if (!life.dead) server.destroy()
    if (!life.dead) state.pairs.delete(pair)
  })
  server.on('close', () => {
    client.destroy()
    state.pairs.delete(pair)
  })
}

function cutNow(
  cut: Cut,
  {
    client,
    server,
    bytes,
    life,
  }: { client: Socket; server: Socket; bytes: Buffer; life: { silent: boolean; dead: boolean } },
): void {
  life.silent = true
  life.dead = true
  if (cut.when === 'before') {
    // the server hears nothing more, not even that the connection is gone
    client.destroy()
    cut.done()
    return
  }
  server.write(bytes)
  server.once('data', () => {
    client.destroy()
    server.destroy()
    cut.done()
  })
}
