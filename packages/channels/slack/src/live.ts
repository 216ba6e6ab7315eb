import {
  backoff,
  type Inbox,
  loadPosition,
  openInbox,
  originOf,
  orNothing,
  type Position,
  pause,
  type StatusBoard,
  seldom,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelHost } from '@openclaw/pairing-contracts'
import type { SlackApi, SlackIdentity } from './api.ts'
import { classifySlack } from './classify.ts'
import { entryKeys, kept } from './entry.ts'
import { SlackWorkspaceChanged } from './errors.ts'
import { KEYS_IN_MEMORY, type SlackTiming, WINDOW } from './limits.ts'
import { named, names } from './names.ts'
import { type Recovery, recovery } from './recover.ts'
import { openSocket } from './socket.ts'
import { redactor } from './token.ts'
import type { SlackOptions } from './types.ts'
import type { Reception } from './webhook.ts'

/** What the parts of one connection share. */
export interface Shared {
  readonly options: SlackOptions
  readonly timing: SlackTiming
  readonly board: StatusBoard
  /** `undefined` while it does not run. */
  reception: Reception | undefined
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
 * Receives until the signal aborts, over one socket after another, or what Slack posts.
 *
 * @throws what {@link Recovery} throws when this account can never work, and {@link SlackWorkspaceChanged}
 */
export async function live(shared: Shared, components: LiveComponents): Promise<void> {
  const { options, timing, board } = shared
  const { api, root, host, signal } = components
  // From here on Slack's challenge is answered: it may come while the token is still tried.
  shared.reception = { host, inbox: undefined }
  const { botToken, appToken = '', http } = options
  const redact = redactor(botToken, appToken, http?.signingSecret ?? '')
  const waits = backoff(options, timing)
  const { clock, cursor } = options
  const { log } = host
  const position = await loadPosition({ cursor, board, log, redact, waits, signal })
  if (position === undefined) return
  const mayRenew = seldom(clock, timing.healthyMs)
  const origin = originOf(root)
  const recover = recovery({ backoff: waits, board, log, origin, mayRenew, signal })
  const self = await identityOf({ api, recover, signal, timing })
  if (self === undefined) return
  const { team, userId } = self
  if (position.owner !== undefined && position.owner !== team)
    throw new SlackWorkspaceChanged(position.owner, team)
  log('info', 'slack-bot', { team, user: userId })
  const inbox = inboxOf(shared, components, { self, position, waits: waits.after, redact })
  shared.reception = { host, inbox }
  try {
    const listening = { shared, components, recover, inbox }
    await (http === undefined ? listen(listening) : stay(listening, team))
  } finally {
    shared.reception = undefined
    await inbox.finish()
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

function inboxOf(
  { options, timing, board }: Shared,
  { api, host, signal }: LiveComponents,
  { self, position, waits, redact }: Known,
): Inbox {
  const { account, clock, cursor } = options
  const { team, organisation, userId } = self
  const ours = { teams: [team, ...(organisation === undefined ? [] : [organisation])], userId }
  return openInbox(
    { host: named(host, names(api, clock)), board, clock, cursor, redact, backoff: waits, signal },
    {
      owner: team,
      classify: (payload) => classifySlack(payload, account, ours),
      keysOf: entryKeys,
      keep: kept,
      limits: { window: WINDOW, keysInMemory: KEYS_IN_MEMORY },
      ...timing,
    },
    position,
  )
}

interface Listening {
  readonly shared: Shared
  readonly components: LiveComponents
  readonly recover: Recovery
  readonly inbox: Inbox
}

async function listen({ shared, components, recover, inbox }: Listening): Promise<void> {
  const { options, timing } = shared
  const { root, signal } = components
  while (!signal.aborted) {
    const end = await openSocket({
      ...{ appToken: options.appToken ?? '', root, timing, signal },
      onConnected: recover.connected,
      onEnvelope: inbox.receive,
    })
    await recover.ended(end)
  }
}

/** Slack calls; whether it still knows the bot is tried now and then. */
async function stay({ shared, components, recover }: Listening, team: string): Promise<void> {
  const { timing } = shared
  const { api, signal } = components
  while (!signal.aborted) {
    recover.connected(1)
    await pause(timing.checkMs, signal)
    const self = await identityOf({ api, recover, signal, timing })
    if (self !== undefined && self.team !== team) throw new SlackWorkspaceChanged(team, self.team)
  }
}
