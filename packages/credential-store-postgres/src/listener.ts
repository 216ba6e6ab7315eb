import { escapeIdentifier } from 'pg'
import type { Context } from './context.ts'
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS, PROBE_EVERY_MS, PROBE_WITHIN_MS } from './limits.ts'
import { connect, farewell, type Link } from './link.ts'
import { mailChannel, NOTES_CHANGED } from './replicas/parts.ts'
import type { StoreReplicas } from './replicas/replicas.ts'
import { drawUuid } from './uuid.ts'

/** Hears of commits. A store goes on without, by looking every second. */
export interface Listener {
  /** True while notifications are known to arrive. */
  readonly isHearing: () => boolean
  readonly stop: () => Promise<void>
}

/** What a listener works with. */
export interface ListenerParts {
  readonly context: Context
  /** Sends the probes: behind a pooler what one connection is told never reaches another. */
  readonly reader: Link
  readonly wake: () => void
  /** Transaction `seq` was committed. */
  readonly told: (seq: number) => void
  readonly replicas: Pick<StoreReplicas, 'mailArrived' | 'notesChanged'>
}

const PROBE = 'probe '

/** Listens on a connection of its own, which is made again after it broke. */
export function listen(parts: ListenerParts): Listener {
  const state: ListenState = { hearing: false, stopped: false, awake: undefined }
  const running = stayConnected(parts, state)
  return {
    isHearing: () => state.hearing,
    stop: async () => {
      state.stopped = true
      state.awake?.()
      await running
    },
  }
}

interface ListenState {
  hearing: boolean
  stopped: boolean
  /** Ends a pause. */
  awake: (() => void) | undefined
}

async function stayConnected(parts: ListenerParts, state: ListenState): Promise<void> {
  let wait = FIRST_PAUSE_MS
  while (!state.stopped) {
    const heard = await listenOnce(parts, state).catch(() => 'failed' as const)
    state.hearing = false
    if (state.stopped) return
    // whatever was told meanwhile was not heard
    parts.wake()
    parts.replicas.notesChanged()
    wait = heard === 'failed' ? Math.min(wait * 2, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS
    await pause(state, heard === 'deaf' ? PROBE_EVERY_MS : wait)
  }
}

/** `broken`: it heard, until the connection broke · `deaf`: it is connected and hears nothing (a pooler). */
async function listenOnce(parts: ListenerParts, state: ListenState): Promise<'broken' | 'deaf'> {
  const { context, told, replicas } = parts
  const client = await connect(context.listenAddress)
  const ears: Ears = { broken: false, probes: new Map() }
  const mail = mailChannel(context.replicaId)
  client.on('notification', ({ channel, payload = '' }) => {
    if (channel === mail) replicas.mailArrived()
    else if (payload === NOTES_CHANGED) replicas.notesChanged()
    else if (payload.startsWith(PROBE)) ears.probes.get(payload)?.()
    else told(Number(payload))
  })
  const break_ = (): void => {
    ears.broken = true
    state.awake?.()
  }
  client.on('error', break_)
  client.on('end', break_)
  try {
    const channels = [context.names.channel, mail].map((name) => `LISTEN ${escapeIdentifier(name)}`)
    await client.query(channels.join('; '))
    return await hear(parts, state, ears)
  } finally {
    await farewell(client)
  }
}

interface Ears {
  broken: boolean
  /** Who waits for a probe, by its text. */
  readonly probes: Map<string, () => void>
}

async function hear(
  parts: ListenerParts,
  state: ListenState,
  ears: Ears,
): Promise<'broken' | 'deaf'> {
  while (!state.stopped) {
    if (!(await isHeard(parts, ears))) return ears.broken || state.hearing ? 'broken' : 'deaf'
    if (!state.hearing) {
      parts.wake()
      parts.replicas.mailArrived()
      parts.replicas.notesChanged()
    }
    state.hearing = true
    await pause(state, PROBE_EVERY_MS)
    if (ears.broken) return 'broken'
  }
  return 'broken'
}

/** Has another connection say something, and waits for it. */
async function isHeard({ context, reader }: ListenerParts, ears: Ears): Promise<boolean> {
  const { names, ports } = context
  const probe = `${PROBE}${drawUuid(ports.random)}`
  let timer: ReturnType<typeof setTimeout> | undefined
  const heard = new Promise<boolean>((resolve) => {
    ears.probes.set(probe, () => resolve(true))
    timer = setTimeout(() => resolve(false), PROBE_WITHIN_MS)
  })
  try {
    const values = [names.channel, probe]
    await reader.run((session) =>
      session.rows({ text: 'SELECT pg_catalog.pg_notify($1, $2)', values }),
    )
    return await heard
  } finally {
    clearTimeout(timer)
    ears.probes.delete(probe)
  }
}

function pause(state: ListenState, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      state.awake = undefined
      resolve()
    }
    state.awake = done
    if (state.stopped) done()
  })
}
