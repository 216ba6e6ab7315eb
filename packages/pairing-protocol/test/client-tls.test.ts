import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import { createServer as createPlain } from 'node:net'
import { generate } from 'selfsigned'
import { expect, it } from 'vitest'
import { type ClientStatus, connectNode, createIdentity } from '../src/client.ts'
import { type Gateway, gateway } from './client/gateway.ts'
import { afterwards, closing, eventually, fast } from './client/surroundings.ts'

const { cert, private: key } = await generate([{ name: 'commonName', value: 'openclaw-gateway' }])
const fingerprint = new X509Certificate(cert).fingerprint256

async function aTlsGateway(): Promise<Gateway & { readonly requests: () => number }> {
  const server = createServer({ cert, key, minVersion: 'TLSv1.3' })
  let requests = 0
  server.on('upgrade', () => {
    requests += 1
  })
  const made = await gateway(server)
  afterwards(made.close)
  return { ...made, requests: () => requests }
}

const identity = createIdentity()

function problems(): { onStatus: (status: ClientStatus) => void; found: unknown[] } {
  const found: unknown[] = []
  return {
    found,
    onStatus: (status) => {
      if (status.state === 'waiting') found.push(status.problem)
    },
  }
}

it.each([
  fingerprint,
  fingerprint.replaceAll(':', '').toLowerCase(),
  `sha256:${fingerprint.toLowerCase()}`,
  ` SHA256:${fingerprint} `,
])('trusts the certificate with the fingerprint %s, though nobody signed it', async (pin) => {
  const { url, peer } = await aTlsGateway()
  const node = closing(connectNode({ url, identity, commands: {}, tlsFingerprint: pin }))
  await (await peer()).admit()
  await node.ready()
})

it('sends nothing to a gateway with another certificate, and keeps trying', async () => {
  const { url, requests } = await aTlsGateway()
  const { onStatus, found } = problems()
  const tlsFingerprint = fingerprint.replace(/^../, (two) => (two === '00' ? '11' : '00'))
  const node = connectNode({ url, identity, commands: {}, tlsFingerprint, onStatus }, fast())
  await eventually(() => found.length).toBeGreaterThan(1)
  await node.close()
  const actual = fingerprint.replaceAll(':', '').toLowerCase()
  expect(found[0]).toMatchObject({ code: 'ERR_TLS_FINGERPRINT', actual })
  expect(requests()).toBe(0)
})

it('does not trust a certificate that nobody signed without a fingerprint', async () => {
  const { url, requests } = await aTlsGateway()
  const { onStatus, found } = problems()
  const node = connectNode({ url, identity, commands: {}, onStatus })
  await eventually(() => found.length).toBeGreaterThan(0)
  await node.close()
  expect(found[0]).toMatchObject({
    code: 'ERR_GATEWAY_UNREACHABLE',
    message: expect.stringMatching(/SELF_SIGNED|self.signed/),
  })
  expect(requests()).toBe(0)
})

it('gives up on a host that never finishes its TLS handshake, and leaves no socket', async () => {
  let open = 0
  const server = createPlain((socket) => {
    open += 1
    socket.on('close', () => {
      open -= 1
    })
    socket.on('error', () => {})
    socket.resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterwards(async () => new Promise((resolve) => server.close(resolve)))
  const { port } = server.address() as { port: number }
  const url = `wss://127.0.0.1:${String(port)}`
  const node = connectNode({ url, identity, commands: {}, tlsFingerprint: fingerprint })
  await eventually(() => open).toBe(1)
  await node.close()
  await eventually(() => open).toBe(0)
})
