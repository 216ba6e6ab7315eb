import { type Backoff, type Bell, isText, type StatusBoard } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelLog, Clock } from '@openclaw/pairing-contracts'
import { isRecord } from '../json.ts'
import type { BlueBubblesTiming } from '../limits.ts'
import { type ApiAnswer, type BlueBubblesApi, isUnknownCall } from './client.ts'
import type { Looks } from './look.ts'
import type { Registration } from './registration.ts'
import type { SendMethod } from './send.ts'
import { type Trouble, troubleOf } from './trouble.ts'

/** What rounds work with. */
export interface RoundsComponents {
  readonly api: BlueBubblesApi
  readonly looks: Looks
  readonly webhooks: Registration
  readonly waits: Backoff
  readonly board: StatusBoard
  readonly log: ChannelLog
  readonly clock: Clock
  readonly timing: BlueBubblesTiming
  readonly signal: AbortSignalLike
  /** Rings when there is a reason to look at once. */
  readonly soon: Bell
  readonly onMethod: (method: SendMethod) => void
}

interface State {
  isConnected: boolean
  /** That nobody can look was said. */
  isBlind: boolean
  /** True: the server tells of messages. */
  isTold: boolean
  /** When the server was asked last whether it is well. */
  askedAt: number
  /** The trouble that was logged last; the same again is no news. */
  told: string
}

/**
 * Round after round until the signal aborts: is there a message that the server did not tell of, and now and then, is it
 * well, and does it tell of messages at all.
 *
 * @throws `BlueBubblesPasswordRejected`
 */
export async function rounds(components: RoundsComponents): Promise<void> {
  const { signal, soon } = components
  const state: State = { isConnected: false, isBlind: false, isTold: false, askedAt: 0, told: '' }
  while (!signal.aborted) {
    const round = await oneRound(components, state)
    if (signal.aborted) return
    const waitMs = 'failed' in round ? inTrouble(components, state, round.failed) : round.waitMs
    await soon.wait(waitMs, signal)
  }
}

type Round = { readonly waitMs: number } | { readonly failed: ApiAnswer }

async function oneRound(components: RoundsComponents, state: State): Promise<Round> {
  const { clock, looks, timing } = components
  const isDue = !state.isConnected || clock.now() - state.askedAt >= timing.roundMs
  const failed = isDue ? await isUnwell(components, state) : undefined
  if (failed !== undefined) return { failed }
  const looked = await looks.look()
  if (typeof looked === 'object') return looked
  connected(components, state)
  if (looked === 'blind') sayBlind(components, state)
  if (looked === 'behind') return { waitMs: timing.backoffMs }
  return { waitMs: state.isTold ? timing.lookMs : timing.pollMs }
}

async function isUnwell(
  components: RoundsComponents,
  state: State,
): Promise<ApiAnswer | undefined> {
  const { api, clock, signal, timing, webhooks } = components
  const bounds = { ms: timing.requestMs, stop: signal }
  const pong = await api.get('ping', bounds)
  if (pong.kind !== 'ok') return pong
  if (!state.isConnected) {
    const info = await api.get('server/info', bounds)
    if (info.kind !== 'ok' && !isUnknownCall(info)) return info
    begin(components, info.kind === 'ok' ? info.data : {})
  }
  const checked = await webhooks.check()
  if ('failed' in checked) return checked.failed
  state.isTold = checked.isTold
  state.askedAt = clock.now()
  return undefined
}

/** The helper inside Messages is used where it is there: it says what became of a message, the script guesses. */
function begin({ log, onMethod }: RoundsComponents, data: unknown): void {
  const info = isRecord(data) ? data : {}
  const hasHelper = info['private_api'] === true && info['helper_connected'] === true
  const method = hasHelper ? 'private-api' : 'apple-script'
  onMethod(method)
  const [version, macos] = [info['server_version'], info['os_version']]
  log('info', 'bluebubbles-server', {
    ...(isText(version) && { version }),
    ...(isText(macos) && { macos }),
    method,
  })
}

function connected({ board, log, api }: RoundsComponents, state: State): void {
  if (!state.isConnected) log('info', 'bluebubbles-connected', { url: api.origin })
  state.isConnected = true
  state.told = ''
  board.set('connected')
}

function sayBlind({ log }: RoundsComponents, state: State): void {
  if (state.isBlind) return
  state.isBlind = true
  log('warn', 'bluebubbles-blind', {
    reason: 'the server does not say which messages it has; what no webhook brings is lost',
    fix: 'Bring the BlueBubbles app up to date.',
  })
}

function inTrouble(components: RoundsComponents, state: State, answer: ApiAnswer): number {
  const { api, board, log, looks, waits } = components
  state.isConnected = false
  looks.interrupted()
  const trouble: Trouble =
    answer.kind === 'ok' ? { reason: '', fix: '' } : troubleOf(api.origin, answer)
  const words = `${trouble.reason}; ${trouble.fix}`
  const nextTryMs = waits.failed()
  board.set('waiting', words)
  log(words === state.told ? 'debug' : 'warn', 'bluebubbles-disconnected', {
    reason: words,
    nextTryMs,
  })
  state.told = words
  return nextTryMs
}
