import { type Inbox, orNothing, pause, reasonOf, seldom } from '@openclaw/pairing-channel-kit'
import { type Closed, type Ending, endingOf } from './closed.ts'
import { credsSaver } from './creds.ts'
import { WebGaveUp } from './errors.ts'
import { type Happenings, happeningsOf } from './happenings.ts'
import { keyFiles } from './keys.ts'
import type { Life } from './life.ts'
import { FAILURES_TO_RELINK, WEB_RECONNECT } from './limits.ts'
import { type Link, openLink } from './link.ts'
import type { WebCreds } from './port.ts'

/** A {@link Life} with a session. */
export interface LinkedLife extends Life {
  readonly inbox: Inbox
}

/** What is counted over several links. */
export interface Tally {
  /** The trouble that was logged last; the same again is no news. */
  told: string
  /** Links in a row that never stood. */
  failures: number
  /** Leave to connect at once, as the library asked for. */
  readonly mayRestart: () => boolean
}

/**
 * Connects, waits for the end, and connects again: at once where the library asks for it, after a growing while
 * otherwise. Ends when the signal aborts.
 *
 * @throws when no waiting mends it
 */
export async function connectAgainAndAgain(life: LinkedLife, creds: WebCreds): Promise<void> {
  const { options, signal, timing } = life
  const mayRestart = seldom(options.clock, timing.healthyMs)
  const tally: Tally = { told: '', failures: 0, mayRestart }
  while (!signal.aborted) {
    const closed = await connectOnce(life, creds, tally)
    if (signal.aborted) return
    const ending = endingOf(closed, options.account)
    if (ending.kind === 'fatal') throw ending.error
    await wait(life, ending, tally)
  }
}

async function wait(
  { board, host, options, signal, timing, waits }: LinkedLife,
  { kind, reason }: Exclude<Ending, { kind: 'fatal' }>,
  tally: Tally,
): Promise<void> {
  tally.failures += 1
  const { maxAttempts } = options.reconnect ?? WEB_RECONNECT
  if (maxAttempts > 0 && tally.failures >= maxAttempts) throw new WebGaveUp(tally.failures, reason)
  // Restarts one after another are a failure like any other.
  const isAtOnce = kind === 'at-once' && tally.mayRestart()
  const nextTryMs = isAtOnce ? 0 : waits.failed()
  const words = tally.failures < FAILURES_TO_RELINK ? reason : `${reason}; ${RELINK}`
  board.set('waiting', words)
  const level = isAtOnce || words === tally.told ? 'debug' : 'warn'
  host.log(level, 'whatsapp-disconnected', { reason: words, nextTryMs })
  tally.told = words
  await pause(Math.min(nextTryMs, timing.maxBackoffMs), signal)
}

const RELINK =
  'it has not come about many times in a row: if the phone is online, remove this device there and link it anew'

async function connectOnce(life: LinkedLife, creds: WebCreds, tally: Tally): Promise<Closed> {
  const { current, host, library, options, redact, signal, timing } = life
  const components = { files: options.session.files, library, log: host.log }
  const saver = credsSaver(components, creds, signal)
  const { connectMs, closeMs } = timing
  const happenings = happeningsOf(life, { tally, saver })
  try {
    const link = openLink(
      {
        ...{ library, creds, connectMs, closeMs, url: options.webSocketUrl },
        keys: keyFiles(components),
      },
      (event) => happenings.on(event),
    )
    happenings.begin(link)
    return await untilClosed(life, link, happenings)
  } catch (error) {
    return { code: undefined, reason: `the library failed: ${redact(reasonOf(error))}` }
  } finally {
    current.link = undefined
    life.acks.cut()
    await orNothing(happenings.idle(), timing.drainMs)
    await orNothing(saver.flush(), timing.drainMs)
  }
}

/** A link that never stands is ended; so is any when the signal aborts. */
async function untilClosed(
  { signal, timing }: LinkedLife,
  link: Link,
  { isOpen }: Happenings,
): Promise<Closed> {
  const stop = (): void => void link.end('stopped')
  const late = setTimeout(() => {
    if (!isOpen()) void link.end('WhatsApp did not let the connection begin')
  }, 2 * timing.connectMs)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    return await link.closed
  } finally {
    clearTimeout(late)
    signal.removeEventListener('abort', stop)
  }
}
