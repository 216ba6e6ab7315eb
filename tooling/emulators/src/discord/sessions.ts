import { randomBytes } from 'node:crypto'
import type { DiscordObject } from './people.ts'

/** What was dispatched in a session. */
export interface Dispatched {
  readonly op: 0
  readonly s: number
  readonly t: string
  readonly d: DiscordObject
}

/** One session; it outlives its socket for some time. */
export interface Session {
  readonly id: string
  readonly intents: number
  readonly events: Dispatched[]
  /** The socket that has it. */
  at: object | undefined
  /** Where its events go at this moment; nobody: they are kept. */
  send: ((event: Dispatched) => void) | undefined
}

/** The sessions of the bot. */
export interface Sessions {
  readonly open: (intents: number) => Session
  readonly find: (id: string) => Session | undefined
  /** Ends one for good. */
  readonly drop: (session: Session) => void
  readonly dropAll: () => void
  /** Adds an event to one session. */
  readonly tell: (session: Session, type: string, data: DiscordObject) => void
  /** Adds an event to every session that asked for it. */
  readonly dispatch: (type: string, data: DiscordObject) => void
}

const GUILD_MESSAGES: number = 1 << 9
const DIRECT_MESSAGES: number = 1 << 12
const MESSAGE_CONTENT: number = 1 << 15

/** No session yet. */
export function sessions(): Sessions {
  const all = new Map<string, Session>()
  const tell: Sessions['tell'] = (session, type, data) => {
    const event: Dispatched = { op: 0, s: session.events.length + 1, t: type, d: data }
    session.events.push(event)
    session.send?.(event)
  }
  return {
    tell,
    find: (id) => all.get(id),
    drop: ({ id }) => void all.delete(id),
    dropAll: () => all.clear(),
    open: (intents) => {
      const id = randomBytes(16).toString('hex')
      const session = { id, intents, events: [], at: undefined, send: undefined }
      all.set(session.id, session)
      return session
    },
    dispatch: (type, data) => {
      for (const session of all.values()) {
        const seen = asSeen(type, data, session.intents)
        if (seen) tell(session, type, seen)
      }
    },
  }
}

/** What a session with these intents gets of a message; nothing where it did not ask for its kind. */
function asSeen(type: string, data: DiscordObject, intents: number): DiscordObject | undefined {
  if (!type.startsWith('MESSAGE_')) return data
  const { guild_id: guild } = data
  if (guild === undefined) return (intents & DIRECT_MESSAGES) === 0 ? undefined : data
  if ((intents & GUILD_MESSAGES) === 0) return undefined
  return (intents & MESSAGE_CONTENT) === 0 ? { ...data, content: '' } : data
}
