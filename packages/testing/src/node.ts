/**
 * What tests need of Node itself.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ChannelConnection } from '@openclaw/pairing-contracts'

/** What stands before a connection that is called, as a gateway does: it hands each request to the newest one. */
export interface WebhookDoor {
  /** Its address on 127.0.0.1, with the path. */
  readonly url: string
  /** From now on requests are this one's; 503 while there is none. */
  readonly lead: (connection: ChannelConnection | undefined) => void
  readonly close: () => Promise<void>
}

/** Listens for requests at `path`. */
export async function openWebhookDoor(path: string): Promise<WebhookDoor> {
  let led: ChannelConnection | undefined
  const server = createServer((request, response) => {
    handOn(led, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${path}`,
    lead: (connection) => {
      led = connection
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function handOn(
  connection: ChannelConnection | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  const [, query = ''] = /\?(.*)$/.exec(request.url ?? '') ?? []
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
  const method = request.method === 'GET' ? 'GET' : 'POST'
  const asked = { method, query, headers, body: Buffer.concat(parts) } as const
  const answer = (await connection?.webhook?.answer(asked)) ?? { status: 503 }
  response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.body)
}
