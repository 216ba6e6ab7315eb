import { type Inbox, orNothing, pause, reasonOf } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelLog, EpochMs } from '@openclaw/pairing-contracts'
import { isWebRecord, wholeNumber } from './fields.ts'
import { WEB_WINDOW } from './limits.ts'
import { plainEvent } from './plain.ts'
import type { BaileysSocket } from './port.ts'

/** Messages of one link on their way into the inbox. */
export interface Intake {
  /** Takes what one event of the library brought. */
  readonly take: (type: unknown, messages: readonly unknown[]) => void
  /** Resolves when everything that was taken is in the inbox. */
  readonly idle: () => Promise<void>
}

/** What an {@link intake} works with. */
export interface IntakeComponents {
  readonly inbox: Inbox
  readonly socket: Pick<BaileysSocket, 'signalRepository'>
  /** When the connection stood; messages may come a moment before. */
  readonly connectedAt: () => EpochMs
  readonly log: ChannelLog
  readonly signal: AbortSignalLike
}

/** More than so many that wait for room are left out. */
const MOST_WAITING = 20_000
/** The same of what is kept of them, in UTF-16 units of JSON. */
const MOST_WAITING_UNITS = 32 * 1024 * 1024
const ROOM_MS = 50
const LOOK_UP_MS = 1_000

/**
 * Leads messages to the inbox one after another. WhatsApp counts them as delivered already, so they wait for room rather
 * than being left out; a stop does not lose them either, for the inbox writes down what nobody handled.
 */
export function intake({ inbox, socket, connectedAt, log, signal }: IntakeComponents): Intake {
  let waiting = 0
  let waitingUnits = 0
  let last: Promise<unknown> = Promise.resolve()
  const room = async (most: number): Promise<void> => {
    while (inbox.open() >= most && !signal.aborted) await pause(ROOM_MS, signal)
  }
  const admit = async (type: unknown, message: unknown): Promise<void> => {
    const phoneJid = await phoneOf(socket, message)
    await room(WEB_WINDOW)
    const payload = { type, message, ...(phoneJid !== undefined && { phoneJid }) }
    const heldMs = connectedAt() - sentAt(message)
    const arrival = { payload, ...(heldMs > 0 && { heldMs }) }
    // Few long ones take all the room as well.
    while (inbox.receive(arrival) === 'full' && !signal.aborted) await room(inbox.open())
  }
  const lost = (error: unknown): void =>
    log('error', 'whatsapp-message-lost', { reason: reasonOf(error) })
  return {
    take: (type, messages) => {
      for (const message of messages) {
        const units = JSON.stringify(plainEvent(message)).length
        if (waiting >= MOST_WAITING || waitingUnits + units > MOST_WAITING_UNITS) {
          log('error', 'whatsapp-too-many-messages', { waiting })
          return
        }
        waiting += 1
        waitingUnits += units
        last = last
          .then(() => admit(type, message))
          .catch(lost)
          .finally(() => {
            waiting -= 1
            waitingUnits -= units
          })
      }
    },
    idle: async () => void (await last),
  }
}

function sentAt(message: unknown): number {
  const seconds = isWebRecord(message) ? wholeNumber(message.messageTimestamp) : undefined
  return seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1_000
}

/** The number that the library has learned for a hidden id, where the message itself does not name it. */
async function phoneOf(
  { signalRepository }: Pick<BaileysSocket, 'signalRepository'>,
  message: unknown,
): Promise<string | undefined> {
  const key = isWebRecord(message) ? message.key : undefined
  if (!isWebRecord(key) || key.fromMe === true) return undefined
  const { remoteJid, remoteJidAlt } = key
  const isHidden = typeof remoteJid === 'string' && /@(?:hosted\.)?lid$/.test(remoteJid)
  if (!isHidden || typeof remoteJidAlt === 'string') return undefined
  try {
    const found = signalRepository.lidMapping.getPNForLID(remoteJid).catch(() => undefined)
    const phone = await orNothing(found, LOOK_UP_MS)
    return typeof phone === 'string' ? phone : undefined
  } catch {
    return undefined
  }
}
