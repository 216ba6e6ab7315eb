import { backoff, loadPosition, orNothing, pause } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelHost } from '@openclaw/pairing-contracts'
import { commandOf } from './command.ts'
import { inboxOf, room, take } from './intake.ts'
import { newestRow } from './newest.ts'
import { isReplaced, startOf } from './reading.ts'
import { openSession, type Session } from './session.ts'
import type { Living, Reading, Shared } from './shared.ts'
import type { Trouble } from './trouble.ts'

/**
 * Receives until the signal aborts, through one imsg after another.
 *
 * @throws `ImsgNotFound`, `ImsgPermissionMissing`, `ImsgTooOld` or `ImsgHostInvalid`: waiting does not mend it
 */
export async function live(
  shared: Shared,
  host: ChannelHost,
  signal: AbortSignalLike,
): Promise<void> {
  const { options, timing, board, redact } = shared
  const { cursor } = options
  const command = await commandOf(options, options.env)
  const waits = backoff(options, timing)
  const position = await loadPosition({ cursor, board, log: host.log, redact, waits, signal })
  if (position === undefined) return
  const reading: Reading = { progress: undefined, mark: undefined, connectedAt: 0 }
  const inbox = inboxOf(shared, { host, signal, waits, position, reading })
  shared.inbox = inbox
  try {
    await connect({ shared, host, signal, command, inbox, reading, waits })
  } finally {
    await inbox.finish()
    await shared.session?.stop()
    shared.session = undefined
    shared.inbox = undefined
  }
}

async function connect(living: Living): Promise<void> {
  const { shared, host, signal, command } = living
  const { options, timing, redact } = shared
  const told = { last: '' }
  while (!signal.aborted) {
    const { log } = host
    const session = openSession({ command, timing, log, redact, clock: options.clock })
    shared.session = undefined
    const trouble = await watchWith(living, session, told)
    // What is handled at a stop may still be answered.
    if (signal.aborted) shared.session ??= session
    else {
      shared.session = undefined
      await session.stop()
    }
    if (trouble?.kind === 'fatal') throw trouble.error
    if (trouble !== undefined && !signal.aborted) await wait(living, trouble, told)
  }
}

/** The trouble that was logged last; the same again is no news. */
interface Told {
  last: string
}

async function wait(
  { shared, host, signal, waits }: Living,
  { reason }: Extract<Trouble, { kind: 'again' }>,
  told: Told,
): Promise<void> {
  const nextTryMs = waits.failed()
  shared.board.set('waiting', reason)
  host.log(reason === told.last ? 'debug' : 'warn', 'imsg-lost', { reason, nextTryMs })
  told.last = reason
  await pause(nextTryMs, signal)
}

async function watchWith(
  living: Living,
  session: Session,
  told: Told,
): Promise<Trouble | undefined> {
  const { shared, host, signal, inbox, reading } = living
  const { options, timing, board } = shared
  const newest = await orNothing(newestRow(session.ask, timing.lookMs), 2 * timing.lookMs, signal)
  if (signal.aborted) return undefined
  const at = await startOf(living, newest)
  const watcher = {
    from: () => {
      reading.connectedAt = options.clock.now()
      return at.newestRow()
    },
    onOpen: () => {
      shared.session = session
      shared.ready.ring()
      if (board.now().state !== 'connected') host.log('info', 'imsg-connected', {})
      told.last = ''
      board.set('connected')
    },
    onMessage: (message: unknown) => take(living, at, message),
    room: () => room(inbox, signal),
    beat: async () => {
      // One that does not know how to look says nothing by its silence.
      if (newest === undefined) return
      if (isReplaced(at, await newestRow(session.call, timing.callMs))) session.giveUp(REPLACED)
    },
  }
  return session.watch(watcher, signal)
}

const REPLACED = 'the Messages database is another one'
