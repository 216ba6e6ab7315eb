import { orNothing, pause } from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  AccountId,
  ChannelLog,
  Clock,
  SenderId,
} from '@openclaw/pairing-contracts'
import { type Closed, endingOf } from './closed.ts'
import { type CredsSaver, credsSaver, firstCreds, linkedAs, readCreds } from './creds.ts'
import { WebCredsDamaged } from './errors.ts'
import { keyFiles } from './keys.ts'
import { WEB_TIMING, type WebTiming } from './limits.ts'
import { type LinkEvent, openLink } from './link.ts'
import type { WebCreds } from './port.ts'
import type { LoadedLibrary, SessionFiles, SessionPlace } from './types.ts'

/** What linking works with. */
export interface LoginOptions {
  readonly account: AccountId
  readonly library: LoadedLibrary
  readonly session: SessionPlace
  readonly clock: Clock
  readonly log: ChannelLog
  /** As in `WebOptions`. */
  readonly webSocketUrl?: string
  readonly timing?: Partial<WebTiming>
}

/** What happens while an account is linked. */
export type LoginStep =
  /** To be shown as a QR code; it replaces the one before. */
  | { readonly kind: 'qr'; readonly text: string }
  /** The phone has it; the link is being finished. */
  | { readonly kind: 'scanned' }
  /** A session was here, and WhatsApp has ended it: it is moved aside when the new one stands. */
  | { readonly kind: 'ended'; readonly reason: string }

/** What came of it. */
export type LoginOutcome =
  | { readonly outcome: 'linked'; readonly as: SenderId }
  /** Nothing was changed: the account is linked, and WhatsApp knows it. */
  | { readonly outcome: 'already-linked'; readonly as: SenderId }
  /** The gateway, or another login, has the session. */
  | { readonly outcome: 'in-use' }
  /** Somebody stopped it before the phone had scanned the code; nothing is left of it. */
  | { readonly outcome: 'stopped' }
  /** Nobody scanned a code in the time that WhatsApp gives. */
  | { readonly outcome: 'not-scanned' }
  | { readonly outcome: 'failed'; readonly reason: string }

/** New codes are asked for so many times; each lot lasts about two and a half minutes. */
const LOTS = 4
/** Failures in a row before it is given up. */
const FAILURES = 3

/**
 * Links this machine as a device of a WhatsApp account, with a code that the phone scans. The session is made aside and
 * put in its place when it stands: whatever interrupts this leaves what was there before.
 */
export async function linkAccount(
  options: LoginOptions,
  tell: (step: LoginStep) => void,
  signal: AbortSignalLike,
): Promise<LoginOutcome> {
  const lock = await options.session.lock()
  if (lock === undefined) return { outcome: 'in-use' }
  try {
    const known = await knownSession(options, signal)
    if (known !== undefined && known.kind !== 'ended') return known.outcome
    if (known !== undefined) tell(known)
    return await linkAnew(options, tell, signal)
  } finally {
    await lock.release()
  }
}

type Known =
  | { readonly kind: 'ended'; readonly reason: string }
  | { readonly kind: 'done'; readonly outcome: LoginOutcome }

/** Looks whether the session that is here still works; `undefined` where there is none. */
async function knownSession(
  options: LoginOptions,
  signal: AbortSignalLike,
): Promise<Known | undefined> {
  const { account, library, log, session } = options
  const creds = await usableCreds(options)
  const as = creds && linkedAs(creds)
  if (creds === undefined || as === undefined) return undefined
  const saver = credsSaver({ files: session.files, library: library.port, log }, creds, signal)
  const tried = await tryLink(
    { options, files: session.files, creds, saver, tell: () => {} },
    signal,
  )
  await saver.flush()
  if (signal.aborted) return { kind: 'done', outcome: { outcome: 'stopped' } }
  if (tried.isOpen) return { kind: 'done', outcome: { outcome: 'already-linked', as } }
  const ending = endingOf(tried.closed, account)
  if (tried.lot || (ending.kind === 'fatal' && ending.refusal === 'logged-out'))
    return { kind: 'ended', reason: 'WhatsApp has ended the session that was here' }
  const reason = ending.kind === 'fatal' ? ending.error.message : ending.reason
  return { kind: 'done', outcome: { outcome: 'failed', reason } }
}

/** What is damaged is moved aside like one that has ended. */
async function usableCreds({
  account,
  library,
  log,
  session,
}: LoginOptions): Promise<WebCreds | undefined> {
  try {
    return await readCreds({ files: session.files, library: library.port, log }, account)
  } catch (error) {
    if (error instanceof WebCredsDamaged) return undefined
    throw error
  }
}

async function linkAnew(
  options: LoginOptions,
  tell: (step: LoginStep) => void,
  signal: AbortSignalLike,
): Promise<LoginOutcome> {
  const { clock, library, log } = options
  const staging = await options.session.staging()
  const { files } = staging
  try {
    const creds = library.port.initAuthCreds()
    await firstCreds({ files, library: library.port }, creds)
    const saver = credsSaver({ files, library: library.port, log }, creds, signal)
    const outcome = await untilLinked({ options, files, creds, saver, tell }, signal)
    if (outcome.outcome !== 'linked') return outcome
    if (!(await saver.flush())) return { outcome: 'failed', reason: 'the session cannot be saved' }
    await staging.adopt(clock.now())
    return outcome
  } finally {
    await staging.discard()
  }
}

/** One attempt. */
interface Attempt {
  readonly options: LoginOptions
  readonly files: SessionFiles
  readonly creds: WebCreds
  readonly saver: CredsSaver
  readonly tell: (step: LoginStep) => void
}

async function untilLinked(attempt: Attempt, signal: AbortSignalLike): Promise<LoginOutcome> {
  const { creds, options } = attempt
  const timing = { ...WEB_TIMING, ...options.timing }
  let [lots, failures] = [0, 0]
  for (;;) {
    const tried = await tryLink(attempt, signal)
    const as = linkedAs(creds)
    // Once the phone has scanned it, the device exists: it is kept whatever happens now.
    if (as !== undefined && (tried.isOpen || signal.aborted)) return { outcome: 'linked', as }
    if (signal.aborted) return { outcome: 'stopped' }
    const ending = endingOf(tried.closed, options.account)
    if (ending.kind === 'fatal') return { outcome: 'failed', reason: ending.error.message }
    if (ending.kind === 'at-once' && failures === 0) continue
    if (tried.lot) lots += 1
    else failures += 1
    if (lots >= LOTS) return { outcome: 'not-scanned' }
    if (failures >= FAILURES && as !== undefined) return { outcome: 'linked', as }
    if (failures >= FAILURES) return { outcome: 'failed', reason: ending.reason }
    await pause(tried.lot ? 0 : timing.backoffMs, signal)
  }
}

interface Tried {
  readonly closed: Closed
  readonly isOpen: boolean
  /** A lot of codes was shown. */
  readonly lot: boolean
}

/** Connects once, and ends it when it stands. */
async function tryLink(
  { options, files, creds, saver, tell }: Attempt,
  signal: AbortSignalLike,
): Promise<Tried> {
  const { library, log, webSocketUrl: url } = options
  const { connectMs, closeMs, settleMs } = { ...WEB_TIMING, ...options.timing }
  const seen = { isOpen: false, lot: false }
  let opened = (): void => {}
  const stands = new Promise<void>((resolve) => (opened = resolve))
  const on = (event: LinkEvent): void => {
    if (event.kind === 'creds') saver.touch()
    if (event.kind === 'linked') tell({ kind: 'scanned' })
    if (event.kind === 'qr') {
      seen.lot = true
      tell(event)
    }
    if (event.kind !== 'open') return
    seen.isOpen = true
    opened()
  }
  const keys = keyFiles({ files, library: library.port, log })
  const link = openLink({ library: library.port, creds, keys, url, connectMs, closeMs }, on)
  const stop = (): void => void link.end('stopped')
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    await Promise.race([link.closed, stands])
    if (seen.isOpen) await orNothing(link.closed, settleMs, signal)
    return { ...seen, closed: await link.end('done') }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
