import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { exchange } from '../src/http.ts'

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

async function listening(listener: RequestListener): Promise<string> {
  const made = createServer(listener)
  server = made
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${String((made.address() as AddressInfo).port)}/path`
}

it('posts JSON and gives status, headers and text', async () => {
  const url = await listening((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const said = `${String(request.method)} ${String(request.headers['content-type'])} ${Buffer.concat(parts).toString()}`
      response.writeHead(201, { 'retry-after': '7' }).end(said)
    })
  })
  expect(await exchange({ url, body: '{"é":1}' }, { ms: 5_000 })).toMatchObject({
    ...{ kind: 'answered', status: 201, text: 'POST application/json {"é":1}' },
    headers: { 'retry-after': '7' },
  })
  expect(await exchange({ url, method: 'DELETE' }, { ms: 5_000 })).toMatchObject({
    text: 'DELETE undefined ',
  })
})

it('tells what never arrived from what may have', async () => {
  const url = await listening((request) => request.socket.destroy())
  expect(await exchange({ url }, { ms: 5_000 })).toMatchObject({ kind: 'lost' })
  await new Promise((resolve) => server?.close(resolve))
  server = undefined
  expect(await exchange({ url }, { ms: 5_000 })).toMatchObject({ kind: 'unreachable' })
})

it('waits no longer than it may, and not through a stop', async () => {
  const url = await listening(() => {})
  expect(await exchange({ url }, { ms: 50 })).toEqual({ kind: 'lost', reason: 'no answer in time' })
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 30)
  const stopped = exchange({ url }, { ms: 60_000, stop: stop.signal })
  expect(await stopped).toEqual({ kind: 'lost', reason: 'stopped' })
})

it('does not read an answer without end, and notices one that breaks off', async () => {
  const url = await listening((request, response) => {
    if (request.url === '/path') response.end(Buffer.alloc(1024 * 1024 + 1))
    else {
      response.writeHead(200, { 'content-length': 10 })
      response.write('abc', () => request.socket.destroy())
    }
  })
  expect(await exchange({ url }, { ms: 5_000 })).toMatchObject({ kind: 'lost' })
  expect(await exchange({ url: `${url}/x` }, { ms: 5_000 })).toMatchObject({ kind: 'lost' })
})
