import { Writable } from 'node:stream'
import { MAX_SETUP_CODE_LENGTH } from '@openclaw/pairing-protocol'
import type { JoinSetting } from './setting.ts'

/** Longer than any code, so that too much is told as such. */
const MAX_READ = 2 * MAX_SETUP_CODE_LENGTH
/** A code that was pasted in several lines comes at once; nobody types the next one so soon. */
const NEXT_LINE_MS = 150

/**
 * The setup code as it was given: on the command line, on stdin, or typed where nobody sees it. `undefined`: none was
 * given, and there is a gateway of before.
 */
export async function codeGiven(
  setting: JoinSetting,
  isJoined: boolean,
): Promise<string | undefined> {
  const { words, stdinIsTerminal, screen } = setting
  if (words.length === 1 && words[0] === '-') return await fromStdin()
  if (words.length > 0) return words.join('')
  if (isJoined) return undefined
  if (!stdinIsTerminal()) return await fromStdin()
  const typed = await typedUnseen(() => {
    screen.err.raw(`${screen.err.style.bold('Paste the setup code (it is not shown):')} `)
  })
  screen.err.line()
  return typed
}

async function fromStdin(): Promise<string> {
  let text = ''
  try {
    for await (const part of process.stdin.setEncoding('utf8')) {
      text += String(part)
      if (text.length > MAX_READ) break
    }
  } catch {
    // A stdin that cannot be read holds no code.
  }
  process.stdin.destroy()
  return text.slice(0, MAX_READ)
}

/** What a person pastes, in one line or several; nothing on Ctrl-C and Ctrl-D. */
async function typedUnseen(ask: () => void): Promise<string> {
  const { createInterface } = await import('node:readline')
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  // Not before the terminal has stopped to show what is typed.
  ask()
  let typed = ''
  let ready: NodeJS.Timeout | undefined
  await new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      typed = `${typed}${line}`.slice(0, MAX_READ)
      clearTimeout(ready)
      ready = setTimeout(resolve, NEXT_LINE_MS)
    })
    lines.once('SIGINT', () => {
      typed = ''
      resolve()
    })
    lines.once('close', resolve)
  })
  clearTimeout(ready)
  lines.close()
  process.stdin.pause()
  return typed
}
