/** What the stand-in does when it is started. */
export interface SignalCliPlan {
  /** Where the emulator of the daemon listens: what comes in is passed on to there. */
  readonly port: number
  /** Numbers that are registered on this machine; another one makes it end. */
  readonly numbers: readonly string[]
  /** It listens after so many ms. */
  readonly startMs: number
  /** It never listens, as one that waits for another that uses the same files. */
  readonly hangs: boolean
  /** It ignores SIGTERM. */
  readonly deaf: boolean
  /** So many bytes are written to its output and its error output, in lines. */
  readonly noise: number
  /** It ends with this, instead of listening. */
  readonly exit: { readonly code: number; readonly says: string } | undefined
}

/** Reads the arguments as signal-cli does: what holds for every command stands before the command. */
const ARGUMENTS = `const GLOBAL = { '-a': 'account', '--account': 'account', '--config': 'config', '--log-file': 'logFile' }
const VALUES = { '--http': 'http', '--receive-mode': 'receiveMode' }
const FLAGS = ['--no-receive-stdout', '--ignore-attachments', '--ignore-stories', '--send-read-receipts']
const MODES = ['on-start', 'on-connection', 'manual']

const parse = () => {
  const found = {}
  const rest = [...args]
  while (rest.length > 0 && rest[0] !== 'daemon') {
    const key = GLOBAL[rest.shift()]
    if (key === undefined) return refuse('invalid choice before the command')
    found[key] = rest.shift()
  }
  if (rest.shift() !== 'daemon') return refuse('too few arguments')
  while (rest.length > 0) {
    const word = rest.shift()
    const key = VALUES[word]
    if (key !== undefined) found[key] = rest.shift()
    else if (!FLAGS.includes(word)) return refuse("unrecognized arguments: '" + word + "'")
  }
  if (!MODES.includes(found.receiveMode ?? 'on-start')) return refuse('argument --receive-mode: invalid choice')
  return found
}
`

/** Passes each connection on, and prints what nobody is to read. */
const SERVER = `const addressOf = (text) => {
  const colon = text.lastIndexOf(':')
  return { host: text.slice(0, colon).replace(/[[\\]]/g, ''), port: Number(text.slice(colon + 1)) }
}
const listen = (http) => {
  const server = createServer((socket) => {
    const far = connect(plan.port, '127.0.0.1')
    for (const [one, other] of [[socket, far], [far, socket]]) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
    socket.pipe(far)
    far.pipe(socket)
  })
  server.on('error', (error) => end(3, 'Failed to initialize HTTP Server: ' + error.message))
  server.listen(addressOf(http))
}
const noise = (left) => {
  if (left <= 0) return
  const line = 'INFO  ReceiveHelper - Envelope of +15559999999 with a secret text ' + 'x'.repeat(900)
  process.stdout.write(line + '\\n')
  process.stderr.write(line + '\\n')
  setImmediate(noise, left - line.length)
}
`

/**
 * The program behind `cliPath`: it reads its arguments as signal-cli does, writes down that it was started, and serves
 * `--http` by passing every connection on to the emulator. It loads nothing but what Node has.
 *
 * @param node - the Node that runs it
 * @param folder - holds `plan.json`, and `started.jsonl` that it writes
 */
export const signalCliScript = (node: string, folder: string): string => `#!${node}
'use strict'
const { appendFileSync, readFileSync } = require('node:fs')
const { connect, createServer } = require('node:net')
const folder = ${JSON.stringify(folder)}
const plan = JSON.parse(readFileSync(folder + '/plan.json', 'utf8'))
const args = process.argv.slice(2)
const started = { pid: process.pid, args, env: Object.keys(process.env) }
appendFileSync(folder + '/started.jsonl', JSON.stringify(started) + '\\n')
const end = (code, text) => {
  process.stderr.write(text + '\\n', () => process.exit(code))
}
const refuse = (text) => end(1, 'usage: signal-cli [-h] [-a ACCOUNT] command\\nsignal-cli: error: ' + text)

${ARGUMENTS}
${SERVER}
const run = ({ account, http }) => {
  if (account !== undefined && !plan.numbers.includes(account))
    return end(1, 'INFO  App - Loading\\nUser ' + account + ' is not registered.')
  if (plan.exit) return end(plan.exit.code, plan.exit.says)
  noise(plan.noise)
  if (plan.hangs) process.stderr.write('INFO  SignalAccount - Config file is in use by another instance, waiting…\\n')
  else if (http !== undefined) setTimeout(listen, plan.startMs, http)
  setInterval(() => {}, 60000)
}
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
process.on('SIGTERM', () => {
  if (!plan.deaf) process.exit(143)
})
const parsed = parse()
if (parsed) run(parsed)
`

/** A script that runs the program behind it and stays its parent, as some installations have it. */
export const wrapperScript = (program: string): string => `#!/bin/sh
"${program}" "$@"
`
