import { type Handling, pause, type Saver, type StatusBoard } from '@openclaw/pairing-channel-kit'
import type {
  AbortSignalLike,
  ChannelHost,
  Clock,
  Inbound,
  InboundDm,
} from '@openclaw/pairing-contracts'
import type { ReceivingApi, Update } from './api.ts'
import { isRecord } from './json.ts'
import type { Ledger, LedgerUpdate } from './ledger.ts'
import { type TelegramTiming, WINDOW } from './limits.ts'
import type { Recovery } from './recover.ts'

/** What receiving works with. */
export interface Receiver {
  readonly api: ReceivingApi
  readonly classify: (update: Update) => Inbound
  readonly host: ChannelHost
  readonly ledger: Ledger
  readonly handling: Handling
  readonly saver: Saver
  readonly recovery: Recovery
  readonly board: StatusBoard
  readonly clock: Clock
  readonly timing: TelegramTiming
  readonly signal: AbortSignalLike
  /** Chats whose message the host has at this moment. */
  readonly busy: Set<string>
  /** Those among them that were sent something meanwhile. */
  readonly answered: Set<string>
  /** Messages that the host has, and since when. */
  readonly running: Map<LedgerUpdate, number>
}

/**
 * Receives until the signal aborts. An update is confirmed to Telegram only once it was handled; so the polls go on
 * while handlers work, from the oldest update that is not settled.
 *
 * @throws what {@link Recovery} throws when this account can never work
 */
export async function receive(receiver: Receiver): Promise<void> {
  const { api, host, signal, recovery } = receiver
  try {
    while (!signal.aborted) {
      const me = await api.getMe()
      if (me.ok) {
        host.log('info', 'telegram-bot', { username: me.value.username })
        break
      }
      await recovery.failed(me.failure)
    }
    while (!signal.aborted) await poll(receiver)
  } finally {
    await finish(receiver)
  }
}

async function poll(receiver: Receiver): Promise<void> {
  const { api, clock, ledger, recovery, signal, timing } = receiver
  const isProbe = recovery.probing()
  const isLong = !isProbe && ledger.open() === 0
  const askedAt = clock.now()
  const answer = await api.getUpdates(ledger.state().offset, isLong ? timing.pollMs : 0)
  if (signal.aborted) return
  if (!answer.ok) return recovery.failed(answer.failure)
  recovery.worked(isLong)
  const fresh = admit(receiver, answer.value)
  for (const [entry, inbound] of fresh) dispatch(receiver, entry, inbound)
  const isEarly = clock.now() - askedAt < timing.paceMs
  if (fresh.length === 0 && isEarly && !isProbe) await pace(receiver, answer.value.length)
}

/** Pairs the updates that are new with what they are. */
function admit(
  { classify, clock, ledger, saver, host }: Receiver,
  updates: readonly Update[],
): readonly (readonly [LedgerUpdate, Inbound])[] {
  const receivedAt = clock.now()
  const batch = updates.map((update) => {
    const found = classify(update)
    const inbound = found.kind === 'dm' ? { ...found, receivedAt } : found
    const isDm = inbound.kind === 'dm'
    noteMembership(update, host)
    const at = isDm ? inbound.sentAt : 0
    return [
      { id: update.update_id, key: isDm ? inbound.messageKey : undefined, at },
      inbound,
    ] as const
  })
  const entries = new Set(ledger.admit(batch.map(([entry]) => entry)))
  if (updates.length > 0) saver.touch()
  return batch.filter(([entry]) => entries.has(entry))
}

/** Somebody blocked the bot, or a group put it out: no message says so. */
function noteMembership({ my_chat_member: change }: Update, { log }: ChannelHost): void {
  if (!isRecord(change) || !isRecord(change.new_chat_member) || !isRecord(change.chat)) return
  if (change.new_chat_member.status !== 'kicked') return
  log('info', 'telegram-bot-blocked', { chat: String(change.chat.id) })
}

function dispatch(receiver: Receiver, entry: LedgerUpdate, inbound: Inbound): void {
  const { board, host, ledger } = receiver
  if (inbound.kind === 'dm') {
    board.message()
    void work(receiver, entry, inbound)
    return
  }
  ledger.settle(entry)
  try {
    host.onIgnored(inbound)
  } catch {
    host.log('warn', 'ignored-not-counted', { update: entry.id })
  }
}

async function work(receiver: Receiver, entry: LedgerUpdate, inbound: InboundDm): Promise<void> {
  const { answered, busy, clock, handling, ledger, running, saver, signal } = receiver
  const handled = await handling.handle(inbound, () => {
    busy.add(inbound.replyTo)
    running.set(entry, clock.now())
  })
  busy.delete(inbound.replyTo)
  running.delete(entry)
  if (handled === 'open') return
  ledger.settle(entry)
  saver.touch()
  // Who was answered must not be answered again after a crash; a flood of strangers costs no write each.
  if (answered.delete(inbound.replyTo) || signal.aborted) void saver.flush()
}

/** Nothing new and no wait at the platform: asks again when all is handled, or after a while. */
async function pace(receiver: Receiver, batch: number): Promise<void> {
  const { handling, ledger, signal, timing } = receiver
  if (batch >= WINDOW) await passSlow(receiver)
  if (ledger.open() > 0) await handling.idle(timing.paceMs, signal)
  else await pause(timing.paceMs, signal)
}

/**
 * The window is full of settled updates behind slow handlers: the offset goes past those, so that other chats go on.
 * That is written down first; after a crash such a message is reported, since Telegram will not give it again.
 */
async function passSlow(receiver: Receiver): Promise<void> {
  const { clock, host, ledger, running, saver, timing } = receiver
  const slow = [...running].filter(([, since]) => clock.now() - since > timing.slowMs)
  const passing = slow.slice(0, Math.max(0, WINDOW - ledger.passed()))
  if (passing.length === 0) return
  for (const [entry] of passing) ledger.pass(entry)
  saver.touch()
  if (await saver.flush()) return
  for (const [{ key }] of passing) {
    host.log('error', 'message-at-risk', { message: String(key), reason: NOT_WRITTEN })
  }
}

const NOT_WRITTEN =
  'it is handled for long and the position cannot be saved: if the gateway stops now, it is lost'

/** Gives handlers a moment, saves, and tells Telegram what is settled. */
async function finish(receiver: Receiver): Promise<void> {
  const { api, handling, ledger, recovery, saver, signal, timing } = receiver
  await handling.idle(timing.drainMs)
  saver.touch()
  await saver.flush()
  saver.close()
  const { offset } = ledger.state()
  const isHeard = signal.aborted && !recovery.probing() && offset > 0
  if (isHeard) await api.confirm(offset, timing.drainMs)
}
