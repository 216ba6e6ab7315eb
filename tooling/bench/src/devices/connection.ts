import type { KeyObject } from 'node:crypto'
import { WebSocket } from 'ws'
import { type BenchDevice, type Challenge, connectFrame, keyOf } from './device.ts'

/** A device that can connect: its key is read once, as a device does when it starts. */
export interface Dialer {
  readonly device: BenchDevice
  readonly key: KeyObject
}

/** Devices that are ready to connect. */
export function dialers(devices: readonly BenchDevice[]): readonly Dialer[] {
  return devices.map((device) => ({ device, key: keyOf(device) }))
}

interface Frame {
  readonly type: string
  readonly event?: string
  readonly ok?: boolean
  readonly payload?: unknown
}

/**
 * Connects, signs the challenge, and waits for hello-ok.
 *
 * @throws Error when it is refused, or the connection ends before
 */
export function connected(url: string, { device, key }: Dialer): Promise<WebSocket> {
  const headers = { 'x-forwarded-for': device.address }
  const socket = new WebSocket(url, { headers, perMessageDeflate: false })
  return new Promise((resolve, reject) => {
    const over = (error: Error) => {
      socket.removeAllListeners()
      socket.on('error', () => {})
      socket.terminate()
      reject(error)
    }
    socket.on('error', over)
    socket.on('close', (code) => over(new Error(`closed before hello-ok with ${String(code)}`)))
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame
      if (frame.event === 'connect.challenge') {
        socket.send(JSON.stringify(connectFrame(device, key, frame.payload as Challenge)))
      } else if (frame.type === 'res') {
        if (frame.ok !== true) return over(new Error(`refused: ${data.toString()}`))
        socket.removeAllListeners()
        socket.on('error', () => {})
        resolve(socket)
      }
    })
  })
}
