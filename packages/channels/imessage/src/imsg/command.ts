import { open } from 'node:fs/promises'
import {
  type ChildCommand,
  childEnvironment,
  type Environment,
  findExecutable,
  inHome,
} from '@openclaw/pairing-channel-kit/child'
import { ImsgHostInvalid } from './errors.ts'
import type { ImsgPlace } from './types.ts'

/** What is started: no shell here reads any of it. */
export interface ImsgCommand extends ChildCommand {
  /** For words: what it is, and on which machine. */
  readonly cliPath: string
  readonly remoteHost: string | undefined
}

const HOST = /^(?:[a-z0-9_][a-z0-9._-]*@)?[a-z0-9_][a-z0-9._-]*$/i
/** Nobody can type at the other end; a link that broke without a word is noticed within a minute. */
const SSH = [
  ...['-T', '-oBatchMode=yes', '-oConnectTimeout=10'],
  ...['-oServerAliveInterval=15', '-oServerAliveCountMax=3', '--'],
]
const ENVIRONMENT = [
  ...['HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'SSH_AUTH_SOCK'],
  ...['LANG', 'LC_ALL', 'LC_CTYPE'],
]
const HEAD_BYTES = 4_096

/**
 * What starts imsg for this place.
 *
 * @throws {@link ImsgHostInvalid} for a `remoteHost` that could be anything but a machine
 */
export async function commandOf(
  { cliPath = 'imsg', dbPath, remoteHost }: ImsgPlace,
  env: Environment,
): Promise<ImsgCommand> {
  if (remoteHost !== undefined && !HOST.test(remoteHost)) throw new ImsgHostInvalid()
  const file = inHome(cliPath, env)
  const kept = { env: childEnvironment(env, ENVIRONMENT), cliPath }
  const db = dbPath === undefined ? [] : ['--db', dbPath]
  if (remoteHost === undefined || (await goesThere(file)))
    return { ...kept, file, args: ['rpc', ...db], remoteHost: undefined }
  const words = [cliPath, 'rpc', ...db].map(quoted)
  return { ...kept, file: 'ssh', args: [...SSH, remoteHost, ...words], remoteHost }
}

/**
 * Where the program that would be started for this place is: imsg, or `ssh` on the way to another Mac; `undefined`:
 * nowhere. A look: nothing is run.
 *
 * @throws {@link ImsgHostInvalid}
 */
export async function findImsg(
  place: Pick<ImsgPlace, 'cliPath' | 'remoteHost'>,
  env: Environment,
): Promise<string | undefined> {
  const command = await commandOf(place, env)
  return findExecutable(command.file, command.env)
}

/** True for a script here that calls `ssh`, as OpenClaw's own guide has it for another Mac. */
async function goesThere(file: string): Promise<boolean> {
  if (!file.includes('/')) return false
  try {
    const handle = await open(file)
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
      const head = buffer.subarray(0, bytesRead).toString('latin1')
      return head.startsWith('#!') && /\bssh\b/.test(head)
    } finally {
      await handle.close()
    }
  } catch {
    return false
  }
}

/** The other machine's shell reads it as one word; `~/` in front stays what it means there. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  const [, home = '', rest = ''] = /^(~\/)?(.*)$/s.exec(word) ?? []
  return `${home}'${rest.replaceAll("'", `'\\''`)}'`
}
