import {
  type Backoff,
  type Inbox,
  loadPosition,
  openInbox,
  type Position,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelHost, Inbound } from '@openclaw/pairing-contracts'
import { classifyBlueBubbles } from '../classify.ts'
import { BORN_GRACE_MS, KEYS_IN_MEMORY, KEYS_KEPT, MEMORY_MS } from '../limits.ts'
import type { BlueBubblesApi } from './client.ts'
import type { Shared } from './connection.ts'
import { keptOf } from './keep.ts'
import { looksFrom } from './look.ts'
import { decodeMark, encodeMark, type Mark } from './mark.ts'
import { registration } from './registration.ts'
import { rounds } from './rounds.ts'
import type { Intake, Told } from './webhook.ts'

/** What one life of a connection works with. */
export interface LiveComponents {
  readonly api: BlueBubblesApi
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
  readonly waits: Backoff
}

/** Ids of messages are the same on every Mac of an account. */
const OWNER = 'bluebubbles'

/**
 * Receives until the signal aborts.
 *
 * @throws `BlueBubblesPasswordRejected`
 */
export async function live(shared: Shared, components: LiveComponents): Promise<void> {
  const { options, timing, board, soon } = shared
  const { api, host, signal, waits } = components
  const { cursor, clock } = options
  const { log } = host
  const position = await loadPosition({ cursor, board, log, redact: api.redact, waits, signal })
  if (position === undefined) return
  const mark = markOf(shared, position)
  const classify = (event: unknown): Inbound => decide(shared, mark, event)
  const inbox = inboxOf(shared, components, { classify, position })
  inbox.mark(encodeMark(mark))
  shared.inbox = inbox
  shared.intake = intakeOf(shared, components, { classify, inbox })
  try {
    const looks = looksFrom(mark, { api, inbox, classify, clock, timing, signal })
    const webhooks = registration({ options, api, timing, log, signal })
    const onMethod = (method: typeof shared.method): void => {
      shared.method = method
    }
    const ports = { waits, board, log, clock, timing, signal, soon }
    await rounds({ api, looks, webhooks, onMethod, ...ports })
  } finally {
    shared.inbox = undefined
    shared.intake = undefined
    await inbox.finish()
  }
}

/** Where an earlier run came to; the first begins now. */
function markOf({ options }: Shared, { owner, mark }: Position): Mark {
  const saved = owner === OWNER ? decodeMark(mark) : undefined
  const now = options.clock.now()
  return saved ?? { bornAt: Math.max(0, now - BORN_GRACE_MS), lookedAt: now }
}

/** What is older than the account here, or than what is remembered, is history: nobody would know it from new. */
function decide({ options }: Shared, { bornAt }: Mark, event: unknown): Inbound {
  const inbound = classifyBlueBubbles(event, options.account)
  if (inbound.kind !== 'dm') return inbound
  if (inbound.sentAt < bornAt) return { kind: 'ignore', why: 'from before the first connection' }
  if (inbound.sentAt < options.clock.now() - MEMORY_MS) return { kind: 'ignore', why: 'too old' }
  return inbound
}

interface Receiving {
  readonly classify: (event: unknown) => Inbound
  readonly position: Position
}

function inboxOf(
  shared: Shared,
  { api, host, signal, waits }: LiveComponents,
  { classify, position }: Receiving,
): Inbox {
  const { options, timing, board } = shared
  const { clock, cursor } = options
  return openInbox(
    {
      ...{ host: listening(shared, host), board, clock, cursor, signal },
      redact: api.redact,
      backoff: waits.after,
    },
    {
      ...{ owner: OWNER, classify, keep: keptOf },
      ...{ ackMs: timing.ackMs, saveMs: timing.saveMs, drainMs: timing.drainMs },
      limits: { keysInMemory: KEYS_IN_MEMORY, keysKept: KEYS_KEPT },
    },
    position,
  )
}

/** The host, without our own words come back, and with a note of which chat is with whom. */
function listening({ echoes, places }: Shared, host: ChannelHost): ChannelHost {
  return {
    ...host,
    onMessage: async (inbound) => {
      if (echoes.isEcho(inbound.senderId, inbound.text)) {
        host.log('info', 'own-text-came-back', { message: inbound.messageKey })
        host.onIgnored({ kind: 'ignore', why: 'our own text, come back' })
        return undefined
      }
      places.seen(inbound.senderId, inbound.replyTo)
      return host.onMessage(inbound)
    },
  }
}

interface Telling {
  readonly classify: (event: unknown) => Inbound
  readonly inbox: Inbox
}

function intakeOf(
  { options, soon }: Shared,
  { host }: LiveComponents,
  { classify, inbox }: Telling,
): Intake {
  const tell = (event: unknown): Told => {
    const inbound = classify(event)
    const age = inbound.kind === 'dm' ? Math.max(0, options.clock.now() - inbound.sentAt) : 0
    const reception = inbox.receive({ payload: event, heldMs: age })
    if (reception === 'full') soon.ring()
    if (reception === 'ignored' || reception === 'full') return reception
    return 'taken'
  }
  return { tell, log: host.log }
}
