import type { WebSocket } from 'ws'
import type { SlackPayload } from './people.ts'
import type { SlackEnvelope } from './types.ts'

/** After so many more tries Slack gives an event up. */
const RETRIES = 3

/** The events of the app, on their way over whatever sockets are open. */
export interface EventQueue {
  readonly add: (eventId: string, payload: SlackPayload) => void
  readonly again: (eventId: string) => void
  readonly open: (socket: WebSocket) => void
  readonly envelopes: readonly SlackEnvelope[]
  readonly pending: () => readonly string[]
  readonly stop: () => void
}

interface Held {
  readonly eventId: string
  readonly payload: SlackPayload
  tries: number
  /** The socket that has it, until it is acknowledged or sent again. */
  at: WebSocket | undefined
  timer: ReturnType<typeof setTimeout> | undefined
}

/**
 * Sends each event in an envelope on one of the sockets, in order, and again in a new one when nobody acknowledges it in
 * time or its socket closes. Without a socket events wait for one.
 */
export function eventQueue(ackMs: number, now: () => number): EventQueue {
  const state: State = { ackMs, now, all: new Map(), held: [], sockets: new Set(), envelopes: [] }
  return {
    envelopes: state.envelopes,
    pending: () => state.held.map(({ eventId }) => eventId),
    add: (eventId, payload) => {
      state.all.set(eventId, payload)
      hold(state, { eventId, payload, tries: 0, at: undefined, timer: undefined })
    },
    again: (eventId) => {
      const payload = state.all.get(eventId)
      if (payload) hold(state, { eventId, payload, tries: 1, at: undefined, timer: undefined })
    },
    open: (socket) => {
      state.sockets.add(socket)
      socket.on('message', (data) => acknowledged(state, String(data)))
      socket.on('close', () => closed(state, socket))
      flush(state)
    },
    stop: () => {
      for (const { timer } of state.held) clearTimeout(timer)
    },
  }
}

interface State {
  readonly ackMs: number
  readonly now: () => number
  readonly all: Map<string, SlackPayload>
  held: Held[]
  readonly sockets: Set<WebSocket>
  readonly envelopes: (SlackEnvelope & { readonly of: Held })[]
}

function hold(state: State, held: Held): void {
  state.held.push(held)
  flush(state)
}

function flush(state: State): void {
  for (const held of state.held) if (held.at === undefined) send(state, held)
}

function send(state: State, held: Held): void {
  const { ackMs, sockets, now, envelopes } = state
  const open = [...sockets]
  const socket = open[envelopes.length % Math.max(1, open.length)]
  if (socket === undefined) return
  const envelopeId = `env-${String(envelopes.length + 1)}`
  const { eventId, payload, tries } = held
  held.at = socket
  const envelope = { envelopeId, eventId, retry: tries, sentAt: now(), ackedAt: undefined }
  envelopes.push({ ...envelope, of: held })
  socket.send(
    JSON.stringify({
      envelope_id: envelopeId,
      type: 'events_api',
      accepts_response_payload: false,
      retry_attempt: tries,
      retry_reason: tries === 0 ? '' : 'timeout',
      payload,
    }),
  )
  held.timer = setTimeout(() => overdue(state, held), ackMs)
}

function overdue(state: State, held: Held): void {
  held.at = undefined
  held.tries += 1
  if (held.tries > RETRIES) state.held = state.held.filter((each) => each !== held)
  else send(state, held)
}

function acknowledged(state: State, text: string): void {
  const { envelope_id: id } = JSON.parse(text) as { envelope_id?: string }
  const envelope = state.envelopes.find(({ envelopeId }) => envelopeId === id)
  if (envelope === undefined || envelope.ackedAt !== undefined) return
  envelope.ackedAt = state.now()
  clearTimeout(envelope.of.timer)
  state.held = state.held.filter((each) => each !== envelope.of)
}

function closed(state: State, socket: WebSocket): void {
  state.sockets.delete(socket)
  for (const held of state.held) {
    if (held.at !== socket) continue
    clearTimeout(held.timer)
    held.at = undefined
    held.tries += 1
  }
  flush(state)
}
