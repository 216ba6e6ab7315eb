/** What a started child tells the emulator. */
export type RelayFrame =
  | {
      readonly kind: 'hello'
      /** The name that it was started by: `imsg` or `ssh`. */
      readonly name: string
      readonly args: readonly string[]
      readonly pid: number
      /** Names of its environment. */
      readonly env: readonly string[]
    }
  /** What it read, in base64. */
  | { readonly kind: 'in'; readonly data: string }
  | { readonly kind: 'signal' }

/** What the emulator tells a child. */
export type RelayOrder =
  /** To be written, in base64; each in a write of its own. */
  | { readonly kind: 'out' | 'err'; readonly data: string }
  | { readonly kind: 'exit'; readonly code: number }
  /** From now on it ignores the end of its input, and SIGTERM. */
  | { readonly kind: 'deaf' }

/**
 * The program behind `cliPath`: it passes its lines to the emulator and back, and ends when its input does, as `imsg rpc`
 * does. It loads nothing but what Node has.
 *
 * @param node - the Node that runs it
 * @param port - where the emulator listens on 127.0.0.1
 */
export const relayScript = (node: string, port: number): string => `#!${node}
'use strict'
const { connect } = require('node:net')
const { basename } = require('node:path')
const socket = connect(${String(port)}, '127.0.0.1')
const say = (frame) => socket.write(JSON.stringify(frame) + '\\n')
let deaf = false
let rest = ''
const parts = []
const flush = () => {
  const part = parts.shift()
  if (part === undefined) return
  part.to.write(Buffer.from(part.data, 'base64'))
  setImmediate(flush)
}
const put = (to, data) => {
  parts.push({ to, data })
  if (parts.length === 1) setImmediate(flush)
}
const obey = ({ kind, data, code }) => {
  if (kind === 'out') put(process.stdout, data)
  if (kind === 'err') put(process.stderr, data)
  if (kind === 'deaf') deaf = true
  if (kind === 'exit') setTimeout(() => process.exit(code), 10)
}
socket.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n')
  rest = lines.pop()
  for (const line of lines) obey(JSON.parse(line))
})
socket.on('error', () => process.exit(1))
socket.on('close', () => process.exit(0))
process.stdout.on('error', () => {})
say({
  kind: 'hello',
  name: basename(process.argv[1]),
  args: process.argv.slice(2),
  pid: process.pid,
  env: Object.keys(process.env),
})
process.stdin.on('data', (data) => say({ kind: 'in', data: data.toString('base64') }))
process.stdin.on('end', () => {
  if (!deaf) socket.end()
})
process.on('SIGTERM', () => {
  say({ kind: 'signal' })
  if (!deaf) socket.end()
})
`
