import {
  type Backoff,
  type Bell,
  backoff,
  bell,
  orNothing,
  pause,
} from '@openclaw/pairing-channel-kit'
import { type ChildEnd, type Service, startService } from '@openclaw/pairing-channel-kit/child'
import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import { SIGNAL_DAEMON_TIMING, type SignalDaemonTiming } from '../limits.ts'
import type { SignalDaemon, SignalDaemonHost } from '../types.ts'
import { commandOf, type SignalCommand } from './command.ts'
import { type LastWords, lastWords } from './last-words.ts'
import { look } from './look.ts'
import { type DaemonTrouble, troubleOfEnd, troubleOfPort, troubleOfSilence } from './trouble.ts'
import type { SignalDaemonOptions } from './types.ts'

/** The signal-cli that was started. */
interface Running {
  readonly command: SignalCommand
  readonly service: Service
  readonly words: LastWords
  /** Rings when it has ended. */
  readonly changed: Bell
  end: ChildEnd | undefined
}

interface Keeper {
  readonly options: SignalDaemonOptions
  readonly timing: SignalDaemonTiming
  readonly waits: Backoff
  running: Running | undefined
  /** A daemon answered when it was last asked; `up` rings when one does. */
  isUp: boolean
  readonly up: Bell
  /** It is somebody else's. */
  isFound: boolean
  /** The trouble that was logged last; the same again is no news. */
  told: string
}

interface Asking extends SignalDaemonHost {
  readonly stop: AbortSignalLike
}

/**
 * Sees to it that a daemon answers at `httpUrl`: one that does already is used and left alone; else signal-cli is started,
 * watched, started again after waits that grow, and ended at `stop`, with everything that it started.
 *
 * `ready` rejects with `SignalCliNotFound`, `SignalAccountInvalid` or `SignalUrlInvalid`.
 */
export function signalDaemon(options: SignalDaemonOptions): SignalDaemon {
  const timing = { ...SIGNAL_DAEMON_TIMING, ...options.timing }
  const keeper: Keeper = {
    ...{ options, timing, waits: backoff(options, timing), running: undefined },
    ...{ isUp: false, up: bell(), isFound: false, told: '' },
  }
  return {
    ready: (host, stop) => ready(keeper, { ...host, stop }),
    answers: async (ms, stop) => {
      if (!keeper.isUp) await keeper.up.wait(ms, stop)
      return keeper.isUp
    },
    hasEnded: () => hasEnded(keeper),
    stop: (log) => end(keeper, log),
  }
}

async function ready(keeper: Keeper, asking: Asking): Promise<void> {
  const command = commandOf(keeper.options, keeper.options.env)
  keeper.isUp = false
  while (!asking.stop.aborted) {
    const trouble = await attempt(keeper, command, asking)
    if (trouble?.kind === 'fatal') throw trouble.error
    if (trouble === undefined) {
      keeper.isUp = !asking.stop.aborted
      if (keeper.isUp) keeper.up.ring()
      return
    }
    await wait(keeper, trouble, asking)
  }
}

/** `undefined`: a daemon answers, or the stop came first. */
async function attempt(
  keeper: Keeper,
  command: SignalCommand,
  asking: Asking,
): Promise<DaemonTrouble | undefined> {
  const { options, timing, running } = keeper
  // It broke the connection and runs still: it is given a while to answer.
  if (running !== undefined) return untilAnswer(keeper, running, { ...asking, ms: timing.deafMs })
  const found = await look(options.httpUrl, { ms: timing.lookMs, stop: asking.stop })
  if (asking.stop.aborted) return undefined
  if (found.kind === 'other' || found.kind === 'foreign') return troubleOfPort(options, found)
  if (found.kind === 'daemon') {
    if (!keeper.isFound) asking.log('info', 'signal-daemon-found', { url: options.httpUrl })
    keeper.isFound = true
    keeper.told = ''
    return undefined
  }
  keeper.isFound = false
  return start(keeper, command, asking)
}

async function start(
  keeper: Keeper,
  command: SignalCommand,
  asking: Asking,
): Promise<DaemonTrouble | undefined> {
  const { options, timing } = keeper
  const words = lastWords(options.number)
  const service = startService(command, { onComplaint: words.hear }, timing)
  const running: Running = { command, service, words, changed: bell(), end: undefined }
  keeper.running = running
  void service.ended.then((ended) => {
    running.end = ended
    running.changed.ring()
  })
  asking.board.set('starting')
  const { pid } = service
  // While it ends again and again, each start is as little news as each end.
  const level = keeper.told === '' ? 'info' : 'debug'
  if (pid !== undefined) asking.log(level, 'signal-daemon-starting', { pid })
  const ms = Math.min(timing.startMs, timing.maxStartMs)
  const trouble = await untilAnswer(keeper, running, { ...asking, ms })
  if (trouble === undefined && pid !== undefined && !asking.stop.aborted)
    asking.log('info', 'signal-daemon-started', { pid, url: options.httpUrl })
  return trouble
}

/** Asks until it answers, has ended, or `ms` are over: then it is ended. */
async function untilAnswer(
  keeper: Keeper,
  running: Running,
  { stop, ms }: Asking & { readonly ms: number },
): Promise<DaemonTrouble | undefined> {
  const { options, timing } = keeper
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
  }, ms)
  try {
    while (!stop.aborted && running.end === undefined) {
      const { kind } = await look(options.httpUrl, { ms: timing.lookMs, stop })
      if (running.end !== undefined || stop.aborted) break
      if (kind === 'daemon') {
        keeper.told = ''
        return undefined
      }
      if (isLate) return await endLate(keeper, running, ms)
      await running.changed.wait(timing.pollMs, stop)
    }
    return running.end && ended(keeper, running, running.end)
  } finally {
    clearTimeout(timer)
  }
}

function ended(keeper: Keeper, { command, service, words }: Running, how: ChildEnd): DaemonTrouble {
  keeper.running = undefined
  const subject = { ...keeper.options, command, pid: service.pid }
  return troubleOfEnd(how, subject, words.now())
}

async function endLate(keeper: Keeper, running: Running, ms: number): Promise<DaemonTrouble> {
  const { service, words } = running
  await service.stop()
  keeper.running = undefined
  const since = ms === keeper.timing.deafMs ? 'answer' : 'start'
  return troubleOfSilence({ ...keeper.options, pid: service.pid, since }, ms, words.now())
}

async function wait(
  keeper: Keeper,
  { event, reason, pid }: Extract<DaemonTrouble, { kind: 'again' }>,
  { board, log, stop }: Asking,
): Promise<void> {
  const nextTryMs = keeper.waits.failed()
  board.set('waiting', reason)
  const fields = { ...(pid !== undefined && { pid }), reason, nextTryMs }
  log(reason === keeper.told ? 'debug' : 'warn', event, fields)
  keeper.told = reason
  await pause(nextTryMs, stop)
}

/** The end of a process is seen a moment after that of its connections. */
const SEEN_MS = 500

async function hasEnded(keeper: Keeper): Promise<boolean> {
  const { running } = keeper
  // Who listens there from now on is not known before the next look.
  keeper.isUp = false
  if (running === undefined) return false
  await orNothing(running.service.ended, SEEN_MS)
  return running.end !== undefined
}

async function end(keeper: Keeper, log: SignalDaemonHost['log']): Promise<void> {
  const { running } = keeper
  keeper.running = undefined
  keeper.isUp = false
  if (running === undefined || running.end !== undefined) return
  await running.service.stop()
  const { pid } = running.service
  if (pid !== undefined) log('info', 'signal-daemon-stopped', { pid })
}
