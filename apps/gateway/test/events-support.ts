import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFileStore } from '@openclaw/credential-store/node'
import type { EventsCursor } from '@openclaw/pairing-config'
import type { Actor, Collection, EpochMs, Json, Scope } from '@openclaw/pairing-contracts'
import { Webhook } from 'standardwebhooks'
import { onTestFinished } from 'vitest'
import { startEvents } from '../src/events/events.ts'
import { cursorFile } from '../src/machine/cursor-file.ts'
import { webhookComponents } from '../src/webhook/components.ts'
import { type Line, ROOT } from './support.ts'

export const SECRET = `whsec_${Buffer.from('a secret of 24 bytes or more').toString('base64')}`

/** What arrived, verified as a receiver would. */
export interface Arrived {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly type: string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
  readonly at: number
}

/** What a receiver does with a request; the next in `answers`, else 204. */
export type Answering = (response: ServerResponse, arrived: Arrived) => void

export const status =
  (code: number, headers: Record<string, string> = {}): Answering =>
  (response) =>
    void response.writeHead(code, headers).end()

/** Says nothing, for ever. */
export const silence: Answering = () => {}

/** A real HTTP server that takes events; it can go away and come back on the same port. */
export async function receiver() {
  const arrived: Arrived[] = []
  const answers: Answering[] = []
  const rule: { always: Answering } = { always: status(204) }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => {
      body += part.toString()
    })
    request.on('end', () => {
      const { headers } = request
      const verified = new Webhook(SECRET).verify(body, headers as Record<string, string>)
      const one = {
        ...(verified as Pick<Arrived, 'type' | 'timestamp' | 'data'>),
        id: String(headers['webhook-id']),
        headers,
        body,
        at: performance.now(),
      }
      arrived.push(one)
      const answer = answers.shift() ?? rule.always
      answer(response, one)
    })
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const away = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(async () => {
    await away().catch(() => {})
  })
  return {
    url: `http://127.0.0.1:${String(port)}/hook/token-in-path`,
    arrived,
    answers,
    rule,
    away,
    back: () => listen(port),
    types: () => arrived.map(({ type }) => type),
    ids: () => arrived.map(({ id }) => id),
    seqs: () => arrived.map(({ data }) => data['seq']),
  }
}

export type Receiver = Awaited<ReturnType<typeof receiver>>

/** The configuration that sends events there. */
export const eventsTo = ({ url }: Pick<Receiver, 'url'>, events: readonly string[] = ['*']) => ({
  pairing: { events: { url, secret: SECRET, events } },
})

/** Where something happens. */
export const senders: Collection<Json> = {
  name: 'dm.senders',
  decode: (value) => value,
  encode: (value) => value,
}

/** A state directory of its own, with a store of small segments. */
export function state() {
  const root = mkdtempSync(join(tmpdir(), 'events-test-'))
  const cursorPath = join(root, 'events', 'cursor.json')
  return {
    root,
    cursorPath,
    cursor: () => JSON.parse(readFileSync(cursorPath, 'utf8')) as EventsCursor,
  }
}

export type State = ReturnType<typeof state>

/** Its journal. */
export async function store(
  { root }: State,
  more: { segmentBytes?: number; keepBytes?: number } = {},
) {
  const clock = { now: () => Date.now() as EpochMs }
  const made = await nodeFileStore({ root, mode: 'write', clock, ...more })
  onTestFinished(() => made.close())
  return made
}

export type Store = Awaited<ReturnType<typeof store>>

/** Something that happened; answers its place in the journal. */
export async function happen(to: Store, action: string, actor: Actor = ROOT): Promise<number> {
  await to.transact({ scope: 'test' as Scope, actor, action }, (tx) => {
    tx.put(senders, `telegram/default/${String(Math.random()).slice(2)}`, {
      state: 'allowed',
      since: tx.now,
      meta: { note: 'x'.repeat(40) },
    })
  })
  return to.view(senders).seq()
}

/** Many at once. */
export async function flood(to: Store, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => happen(to, 'dm.allow')))
}

/** Tells it, until the end of the test. */
export async function tell(
  here: State,
  to: Receiver,
  options: { store: Store; events?: readonly string[]; timeoutMs?: number },
) {
  const { events = ['*'], timeoutMs = 2_000 } = options
  const lines: Line[] = []
  const running = await startEvents({
    config: { url: to.url, secret: SECRET, events, timeoutMs },
    store: options.store,
    file: cursorFile(here.cursorPath),
    log: (level, event, fields) => void lines.push({ level, event, ...fields }),
    webhook: webhookComponents(),
  })
  onTestFinished(running.stop)
  return {
    ...running,
    lines,
    said: (event: string) => lines.filter((line) => line['event'] === event),
  }
}
