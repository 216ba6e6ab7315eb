import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { onTestFinished } from 'vitest'

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
