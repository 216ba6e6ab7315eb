import type { SignalDaemonConfig } from '../account-types.ts'
import {
  type Node,
  orNothing,
  type Read,
  readChoice,
  readFlag,
  readText,
  readWhole,
  WRONG,
} from '../read/node.ts'
import { isLoopback } from '../read/url.ts'
import { nearestOf } from './levels.ts'

const CLI = 'signal-cli'
const START_MS = 30_000
/** No start takes longer; the shortest is one of a native binary on a fast machine. */
const START_BOUNDS_MS = [1_000, 120_000] as const
const RECEIVE_MODES = ['on-connection', 'on-start', 'manual'] as const

/** What signal-cli is told when it is started, and how to say it to one that somebody else starts. */
const TOLD = ['receiveMode', 'ignoreAttachments', 'ignoreStories', 'sendReadReceipts'] as const

/** What of an account is known when its daemon is read. */
export interface SignalPlace {
  readonly number: string | undefined
  /** Where its daemon listens. */
  readonly httpUrl: string
}

/** How signal-cli is started for an account; `undefined`: somebody else does. */
export function readSignalDaemon(
  levels: readonly Node[],
  { number, httpUrl }: SignalPlace,
): Read<SignalDaemonConfig> {
  const isWanted = readWanted(levels, httpUrl)
  if (isWanted === WRONG) return WRONG
  const settings = readSettings(levels)
  if (settings === WRONG) return WRONG
  if (isWanted && number !== undefined) return settings
  if (isWanted) warnNumberless(levels)
  else warnIdle(levels)
  return undefined
}

/** `autoStart`, else whether no daemon is named by its address. */
function readWanted(levels: readonly Node[], httpUrl: string): boolean | typeof WRONG {
  const node = nearestOf(levels, 'autoStart')
  const written = node && readFlag(node)
  if (written === WRONG) return WRONG
  const isNamed = nearestOf(levels, 'httpUrl') !== undefined
  if (node === undefined || written !== true) return written ?? !isNamed
  if (canListen(httpUrl)) return true
  node.report.warn(node.path, {
    problem: 'is not done: signal-cli cannot listen at the address in httpUrl',
    fix: 'Remove one of the two keys.',
  })
  return false
}

function canListen(httpUrl: string): boolean {
  const { protocol, hostname, pathname } = new URL(httpUrl)
  return protocol === 'http:' && isLoopback(hostname) && pathname === '/'
}

function readSettings(levels: readonly Node[]): SignalDaemonConfig | typeof WRONG {
  const at = (key: string): Node | undefined => nearestOf(levels, key)
  const cliPath = at('cliPath')
  const path = cliPath && readCliPath(cliPath)
  const timeout = at('startupTimeoutMs')
  const startupTimeoutMs = timeout && readWhole(timeout, START_BOUNDS_MS)
  const mode = readReceiveMode(at('receiveMode'))
  const flags = (['ignoreAttachments', 'ignoreStories', 'sendReadReceipts'] as const).map((key) => {
    const node = at(key)
    return [key, node && readFlag(node)] as const
  })
  const isWrong = [path, startupTimeoutMs, mode, ...flags.map(([, flag]) => flag)].includes(WRONG)
  if (isWrong) return WRONG
  const { ignoreAttachments, ignoreStories, sendReadReceipts } = Object.fromEntries(flags)
  return {
    cliPath: orNothing(path) ?? CLI,
    startupTimeoutMs: orNothing(startupTimeoutMs) ?? START_MS,
    receiveMode: orNothing(mode) ?? 'on-connection',
    ignoreAttachments: ignoreAttachments === true,
    ignoreStories: ignoreStories === true,
    sendReadReceipts: sendReadReceipts === true,
  }
}

/** A path that depends on the folder in which the gateway is started is another one under a service manager. */
function readCliPath(node: Node): Read<string> {
  const text = readText(node, 1_024)
  if (typeof text === 'string' && text.includes('/') && !/^(?:~?\/)/.test(text))
    node.report.warn(node.path, {
      problem: 'depends on the folder in which the gateway is started',
      fix: 'Write the whole path, from / or ~/ on, or the name alone.',
    })
  return text
}

function readReceiveMode(node: Node | undefined): Read<SignalDaemonConfig['receiveMode']> {
  if (node === undefined) return undefined
  const mode = readChoice(node, RECEIVE_MODES)
  if (mode === undefined || mode === WRONG) return mode
  if (mode === 'on-start')
    node.report.warn(node.path, {
      problem: 'loses messages: those that come while signal-cli runs and no gateway is connected',
      fix: 'Remove the key; "on-connection" holds then, and messages wait at Signal.',
    })
  if (mode === 'on-start' || mode === 'on-connection') return mode
  node.report.warn(node.path, {
    problem: 'is not passed on: messages would come only when asked for, and nothing here asks',
    fix: 'Remove the key; "on-connection" holds, and messages wait at Signal until a gateway is connected.',
  })
  return 'on-connection'
}

function warnNumberless(levels: readonly Node[]): void {
  const meant = ['autoStart', 'cliPath'].map((key) => nearestOf(levels, key))
  const node = meant.find((each) => each !== undefined)
  node?.report.warn(node.path, {
    problem: 'has no effect: signal-cli is started for one number, and "account" is missing',
    fix: 'Write the number that "signal-cli listAccounts" shows into account.',
  })
}

/** Only where it is started here can it be told. */
function warnIdle(levels: readonly Node[]): void {
  for (const key of TOLD) {
    const node = nearestOf(levels, key)
    if (node === undefined || node.value === false) continue
    const flag = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    node.report.warn(node.path, {
      problem: 'has no effect: signal-cli is not started by the gateway',
      fix: `Start yours with --${flag}, and remove the key; or remove httpUrl and autoStart.`,
    })
  }
}
