import type { Duplex } from 'node:stream'
import { CLOSE_MS } from '../limits.ts'

/** Answers a request to speak WebSocket with a refusal, and ends the connection whatever the other side does. */
export function turnAway(socket: Duplex, status: string, headers: readonly string[] = []): void {
  socket.on('error', () => {})
  const timer = setTimeout(() => socket.destroy(), CLOSE_MS)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
  // Half-closed it would keep its place for as long as the other side likes.
  socket.once('finish', () => socket.destroy())
  const lines = [`HTTP/1.1 ${status}`, ...headers, 'connection: close', 'content-length: 0']
  socket.end(`${lines.join('\r\n')}\r\n\r\n`)
}
