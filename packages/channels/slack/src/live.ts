import type { AbortSignalLike, ChannelHost } from '@openclaw/pairing-contracts'
import type { SlackApi, SlackIdentity } from './api.ts'
import { originOf } from './api-root.ts'
import { backoff } from './backoff.ts'
import { books } from './books.ts'
import { classifySlack } from './classify.ts'
import { SlackWorkspaceChanged } from './errors.ts'
import { handling } from './handling.ts'
import type { SlackTiming } from './limits.ts'
import { names } from './names.ts'
import { encodePosition, loadPosition, type Position } from './position.ts'
import { named, type Receiver, receive, resume } from './receive.ts'
import { type Recovery, recovery } from './recover.ts'
import { saver } from './saver.ts'
import { openSocket } from './socket.ts'
import type { StatusBoard } from './status.ts'
import { redactor } from './token.ts'
import type { SlackOptions } from './types.ts'
import { orNothing } from './wait.ts'

/** What the parts of one connection share. */
export interface Shared {
  readonly options: SlackOptions
  readonly timing: SlackTiming
  readonly board: StatusBoard
  /** Places whose message is with the host, and those among them that were written to. */
  readonly busy: Set<string>
  readonly answered: Set<string>
  stop: AbortSignalLike | undefined
}

/** What one life of it works with. */
export interface LiveComponents {
  readonly api: SlackApi
  readonly root: string
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

/**
 * Receives until the signal aborts, over one socket after another.
 *
 * @throws what {@link Recovery} throws when this account can never work, and {@link SlackWorkspaceChanged}
 */
export async function live(shared: Shared, components: LiveComponents): Promise<void> {
  const { options, timing, board } = shared
  const { api, root, host, signal } = components
  const redact = redactor(options.botToken, options.appToken)
  const waits = backoff(options, timing)
  const { cursor } = options
  const { log } = host
  const position = await loadPosition({ cursor, board, log, redact, waits, signal })
  if (position === undefined) return
  const recover = recovery({ backoff: waits, board, log, origin: originOf(root), signal })
  const self = await identityOf({ api, recover, signal, timing })
  if (self === undefined) return
  const { team, userId } = self
  if (position.team !== undefined && position.team !== team)
    throw new SlackWorkspaceChanged(position.team, team)
  log('info', 'slack-bot', { team, user: userId })
  const receiver = receiverOf(shared, components, { self, position, waits: waits.after, redact })
  try {
    resume(receiver, position.open)
    await listen({ shared, components, recover, receiver })
  } finally {
    await finish(receiver)
  }
}

interface Asking {
  readonly api: SlackApi
  readonly recover: Recovery
  readonly signal: AbortSignalLike
  readonly timing: SlackTiming
}

/** Asked again until Slack says who the bot is; `undefined` when the stop came first. */
async function identityOf({
  api,
  recover,
  signal,
  timing,
}: Asking): Promise<SlackIdentity | undefined> {
  while (!signal.aborted) {
    const answer = await orNothing(api.identity(), 2 * timing.requestMs, signal)
    if (answer?.ok) return answer.value
    if (answer) await recover.failed(answer.failure, 'botToken')
  }
  return undefined
}

interface Known {
  readonly self: SlackIdentity
  readonly position: Position
  readonly waits: (failures: number) => number
  readonly redact: (text: string) => string
}

function receiverOf(
  { options, timing, board, busy, answered }: Shared,
  { api, host, signal }: LiveComponents,
  { self, position, waits, redact }: Known,
): Receiver {
  const { account, clock, cursor } = options
  const { team, organisation, userId } = self
  const ours = { teams: [team, ...(organisation === undefined ? [] : [organisation])], userId }
  const told = names(api, clock)
  const of = books(position)
  const current = () => encodePosition(team, of.state())
  return {
    ...{
      host,
      board,
      clock,
      timing,
      signal,
      busy,
      answered,
      books: of,
      owed: new Map(),
      securing: new Set(),
    },
    classify: (payload) => classifySlack(payload, account, ours),
    handling: handling({
      ...{ log: host.log, clock, redact, signal, backoff: waits },
      host: named(host, told),
    }),
    saver: saver({ cursor, current, log: host.log, redact }, timing.saveMs),
  }
}

interface Listening {
  readonly shared: Shared
  readonly components: LiveComponents
  readonly recover: Recovery
  readonly receiver: Receiver
}

async function listen({ shared, components, recover, receiver }: Listening): Promise<void> {
  const { options, timing } = shared
  const { root, signal } = components
  while (!signal.aborted) {
    const end = await openSocket({
      ...{ appToken: options.appToken, root, timing, signal },
      onConnected: recover.connected,
      onEnvelope: (envelope) => receive(receiver, envelope),
    })
    await recover.ended(end)
  }
}

/** Gives handlers a moment, and writes down what is handled and what is not. */
async function finish({ handling: work, saver: saving, timing }: Receiver): Promise<void> {
  await work.idle(timing.drainMs)
  saving.touch()
  await saving.flush()
  saving.close()
}
