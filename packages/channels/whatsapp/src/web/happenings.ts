import { reasonOf } from '@openclaw/pairing-channel-kit'
import type { CredsSaver } from './creds.ts'
import type { Link, LinkEvent } from './link.ts'
import { type Intake, intake } from './receive.ts'
import type { LinkedLife, Tally } from './reconnect.ts'

/** What is done about what happens on one link. */
export interface Happenings {
  /** The link, before anything can have happened on it. */
  readonly begin: (link: Link) => void
  readonly on: (event: LinkEvent) => void
  readonly isOpen: () => boolean
  /** Resolves when everything that came is in the inbox. */
  readonly idle: () => Promise<void>
}

/** What goes on over several links, and what is saved on this one. */
export interface LinkBooks {
  readonly tally: Tally
  readonly saver: CredsSaver
}

/** Nothing has happened yet. */
export function happeningsOf(life: LinkedLife, { tally, saver }: LinkBooks): Happenings {
  const { acks, board, current, host, inbox, options, redact, signal } = life
  const { clock } = options
  const state = { link: undefined as Link | undefined, isOpen: false, faults: 0 }
  let connectedAt = clock.now()
  let messages: Intake | undefined
  const opened = (): void => {
    connectedAt = clock.now()
    state.isOpen = true
    Object.assign(tally, { told: '', failures: 0 })
    current.link = state.link
    board.set('connected')
    host.log('info', 'whatsapp-connected', {})
  }
  const fault = (error: unknown): void => {
    state.faults += 1
    const level = state.faults === 1 ? 'warn' : 'debug'
    host.log(level, 'whatsapp-library-fault', { reason: redact(reasonOf(error)) })
  }
  const on = (event: LinkEvent): void => {
    if (event.kind === 'creds') saver.touch()
    if (event.kind === 'open') opened()
    if (event.kind === 'messages') messages?.take(event.type, event.messages)
    if (event.kind === 'ack') acks.heard(event.id, event)
    if (event.kind === 'fault') fault(event.error)
    // A session that WhatsApp knows is never asked to be scanned.
    if (event.kind === 'qr') void state.link?.end('WhatsApp asks to link this device anew')
  }
  return {
    begin: (link) => {
      state.link = link
      const parts = { inbox, socket: link.socket, log: host.log, signal }
      messages = intake({ ...parts, connectedAt: () => connectedAt })
    },
    on,
    isOpen: () => state.isOpen,
    idle: () => messages?.idle() ?? Promise.resolve(),
  }
}
