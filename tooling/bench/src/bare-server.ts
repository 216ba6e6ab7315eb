/** The floor: a WebSocket server that sends a nonce and verifies one signature per connection. Listens on OPENCLAW_GATEWAY_PORT. */
import { createPublicKey, randomUUID, verify } from 'node:crypto'
import { WebSocketServer } from 'ws'
import { type Challenge, type connectFrame, signedText } from './devices/device.ts'

const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex')

type Connect = ReturnType<typeof connectFrame>

function isSigned({ params }: Connect, challenge: Challenge): boolean {
  const { device, auth, role } = params
  const der = Buffer.concat([SPKI_ED25519, Buffer.from(device.publicKey, 'base64url')])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  const text = signedText({ deviceId: device.id, token: auth?.token ?? '', role }, challenge)
  return verify(null, Buffer.from(text), key, Buffer.from(device.signature, 'base64url'))
}

const server = new WebSocketServer({
  port: Number(process.env['OPENCLAW_GATEWAY_PORT']),
  host: '127.0.0.1',
  perMessageDeflate: false,
  clientTracking: false,
  backlog: 511,
})
server.on('connection', (socket) => {
  const challenge = { nonce: randomUUID(), ts: Date.now() }
  socket.on('error', () => {})
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Connect
    const ok = isSigned(frame, challenge)
    socket.send(JSON.stringify({ type: 'res', id: frame.id, ok, payload: { type: 'hello-ok' } }))
  })
  socket.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: challenge }))
})
