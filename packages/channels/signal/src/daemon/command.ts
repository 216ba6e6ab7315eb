import {
  type ChildCommand,
  childEnvironment,
  type Environment,
  findExecutable,
  inHome,
} from '@openclaw/pairing-channel-kit/child'
import { isPhoneNumber } from '../definition.ts'
import { SignalAccountInvalid, SignalUrlInvalid } from '../errors.ts'
import type { SignalStart } from './types.ts'

const CLI = 'signal-cli'
/** Where it keeps its accounts, and what its start script and Java read. */
const ENVIRONMENT = [
  ...['HOME', 'USER', 'LOGNAME', 'TMPDIR', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ'],
  ...['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR'],
  ...['JAVA_HOME', 'JAVA_OPTS', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', 'SIGNAL_CLI_OPTS'],
]

/** The executable as it is shown, and what starts it. */
export interface SignalCommand extends ChildCommand {
  readonly cliPath: string
}

/**
 * What starts the daemon.
 *
 * @throws {@link SignalAccountInvalid}, {@link SignalUrlInvalid}
 */
export function commandOf(start: SignalStart, env: Environment): SignalCommand {
  const { cliPath = CLI } = start
  const file = inHome(cliPath, env)
  return { cliPath, file, args: signalArguments(start), env: childEnvironment(env, ENVIRONMENT) }
}

/**
 * The arguments of a daemon: what holds for every command, the command, and what is its own. It never prints what people
 * write.
 *
 * @throws {@link SignalAccountInvalid} for what is no phone number
 * @throws {@link SignalUrlInvalid} for an address that it cannot listen at
 */
export function signalArguments(start: SignalStart): readonly string[] {
  const { number, receiveMode = 'on-connection' } = start
  if (!isPhoneNumber(number)) throw new SignalAccountInvalid()
  return [
    ...['-a', number, 'daemon', '--http', listenAddress(start.httpUrl)],
    ...['--no-receive-stdout', '--receive-mode', receiveMode],
    ...(start.ignoreAttachments ? ['--ignore-attachments'] : []),
    ...(start.ignoreStories ? ['--ignore-stories'] : []),
    ...(start.sendReadReceipts ? ['--send-read-receipts'] : []),
  ]
}

const LOOPBACK = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/

/** Host and port; other machines could read and send everything. */
function listenAddress(httpUrl: string): string {
  const url = URL.canParse(httpUrl) ? new URL(httpUrl) : undefined
  if (url === undefined) throw new SignalUrlInvalid('is no URL')
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
  if (url.protocol !== 'http:' || !LOOPBACK.test(url.hostname) || !isBare)
    throw new SignalUrlInvalid('is no address of this machine, and signal-cli is started here')
  return `${url.hostname}:${url.port === '' ? '80' : url.port}`
}

/**
 * Where the signal-cli that would be started is; `undefined`: nowhere. A look: nothing is run.
 *
 * @param cliPath - as it is configured; `signal-cli` unless given
 */
export function findSignalCli(
  cliPath: string | undefined,
  env: Environment,
): Promise<string | undefined> {
  return findExecutable(inHome(cliPath ?? CLI, env), childEnvironment(env, []))
}
