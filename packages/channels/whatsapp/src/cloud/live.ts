import {
  type Backoff,
  type Bell,
  backoff,
  type Inbox,
  loadPosition,
  openInbox,
  originOf,
  pause,
  type StatusBoard,
} from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  ChannelHost,
  ChannelLog,
  OpenClawError,
} from '@openclaw/pairing-contracts'
import { classifyCloud } from '../classify.ts'
import type { CloudTiming } from '../limits.ts'
import type { GraphApi } from './api.ts'
import type { Failure } from './failure.ts'
import { fatalOf } from './fate.ts'
import { memoryFrom } from './memory.ts'
import type { CloudOptions } from './types.ts'
import type { Receiving } from './webhook.ts'

/** What the parts of one connection share. */
export interface Shared {
  readonly options: CloudOptions
  readonly timing: CloudTiming
  readonly board: StatusBoard
  readonly redact: (text: string) => string
  /** Rung when the number is to be asked for before its time. */
  readonly doubt: Bell
  /** `undefined` while the account does not run. */
  receiving: (Receiving & { readonly inbox: Inbox }) | undefined
  stop: AbortSignalLike | undefined
}

/** What one life of it works with. */
export interface LiveComponents {
  readonly api: GraphApi
  readonly root: string
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

/**
 * Receives until the signal aborts, and asks for the number from time to time: what is brought is taken all the while,
 * for a message that was written down is safe, whether an answer can be sent just now or not.
 *
 * @throws what ends the account: its token, its number or its API root can never work
 */
export async function live(shared: Shared, components: LiveComponents): Promise<void> {
  const { options, timing, board, redact } = shared
  const { host, signal } = components
  const { cursor, clock, account, phoneNumberId: owner } = options
  const waits = backoff(options, timing)
  const { log } = host
  const position = await loadPosition({ cursor, board, log, redact, waits, signal })
  if (position === undefined) return
  // Nobody is told that a message arrived before it is known that it can be answered at all.
  if (!(await connected(shared, components, waits))) return
  const classify = (payload: unknown) => classifyCloud(payload, account, owner)
  const inbox = openInbox(
    { host, board, clock, cursor, redact, backoff: waits.after, signal },
    { owner, classify, ...timing },
    position,
  )
  const memory = memoryFrom(position.owner === owner ? position.mark : undefined, clock)
  inbox.mark(memory.encoded)
  shared.receiving = { inbox, host, signal, classify, memory }
  try {
    while (!signal.aborted) {
      await shared.doubt.wait(timing.checkMs, signal)
      await connected(shared, components, waits)
    }
  } finally {
    shared.receiving = undefined
    await inbox.finish()
  }
}

/** Asks for the number until Meta tells it; false when the stop came first. */
async function connected(
  { board, timing }: Shared,
  { api, root, host, signal }: LiveComponents,
  waits: Backoff,
): Promise<boolean> {
  const origin = originOf(root)
  while (!signal.aborted) {
    const answer = await api.number(signal)
    if (signal.aborted) return false
    if (answer.ok) {
      const { displayPhoneNumber: number, verifiedName: business } = answer.value
      if (board.now().state !== 'connected')
        host.log('info', 'whatsapp-connected', { origin, number, business })
      board.set('connected')
      return true
    }
    const fatal: OpenClawError | undefined = fatalOf(answer.failure, origin)
    if (fatal) throw fatal
    const ms = Math.max(waits.failed(), Math.min(askedFor(answer.failure), timing.checkMs))
    tell({ board, log: host.log, origin }, answer.failure, ms)
    await pause(ms, signal)
  }
  return false
}

const askedFor = (failure: Failure): number =>
  'retryAfterMs' in failure ? failure.retryAfterMs : 0

interface Telling {
  readonly board: StatusBoard
  readonly log: ChannelLog
  readonly origin: string
}

function tell({ board, log, origin }: Telling, failure: Failure, nextTryMs: number): void {
  const isNetwork = failure.kind === 'unreachable'
  const fix = isNetwork
    ? '; check the network of this machine and `channels.whatsapp.cloud.apiRoot`'
    : ''
  const reason = `${failure.description}${fix}`
  log('warn', 'whatsapp-unreachable', { reason, nextTryMs })
  board.set('waiting', `${origin}: ${reason}`)
}
