import { orNothing } from '@openclaw/pairing-channel-kit'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Closed } from './closed.ts'
import { isWebRecord, type WebRecord, wholeNumber } from './fields.ts'
import { contained, guard } from './guard.ts'
import type { BaileysPort, BaileysSocket, KeyStore, LibraryLogger, WebCreds } from './port.ts'

/** What happens on a link. */
export type LinkEvent =
  /** The keys of the device have changed; they are to be saved. */
  | { readonly kind: 'creds' }
  /** To be scanned with the phone; another follows when it has not been. */
  | { readonly kind: 'qr'; readonly text: string }
  /** The phone has scanned it: the link ends now, to be made again with the new keys. */
  | { readonly kind: 'linked' }
  | { readonly kind: 'open' }
  | { readonly kind: 'messages'; readonly type: unknown; readonly messages: readonly unknown[] }
  /** WhatsApp has taken a message, or says by a number why not. */
  | {
      readonly kind: 'ack'
      readonly id: string
      readonly error: string | undefined
      readonly at: EpochMs | undefined
    }
  /** A part of the library failed; the link may go on. */
  | { readonly kind: 'fault'; readonly error: unknown }

/** One connection to WhatsApp, while it lasts. */
export interface Link {
  readonly socket: BaileysSocket
  /** How it ended; never rejects. */
  readonly closed: Promise<Closed>
  /** Ends it, within a moment; `reason` is how it then ended. */
  readonly end: (reason: string) => Promise<Closed>
}

/** What a link is made of. */
export interface LinkOptions {
  readonly library: BaileysPort
  readonly creds: WebCreds
  readonly keys: KeyStore
  readonly url: string | undefined
  readonly connectMs: number
  readonly closeMs: number
}

/** What the phone shows under its linked devices. */
const BROWSER = ['OpenClaw', 'Chrome', '1.0'] as const
const QUERY_MS = 30_000

/** Says nothing: its lines hold keys and what people write. */
const QUIET: LibraryLogger = {
  level: 'silent',
  child: () => QUIET,
  ...{ trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
}

/**
 * Connects. What `listener` throws goes no further than here, and neither does what the library throws.
 *
 * @throws whatever the library throws when it is not even begun
 */
export function openLink(options: LinkOptions, listener: (event: LinkEvent) => void): Link {
  const { library, creds, keys, url, connectMs, closeMs } = options
  const socket = library.makeWASocket({
    auth: { creds, keys },
    logger: QUIET,
    browser: [...BROWSER],
    markOnlineOnConnect: false,
    syncFullHistory: false,
    emitOwnEvents: false,
    generateHighQualityLinkPreview: false,
    connectTimeoutMs: connectMs,
    defaultQueryTimeoutMs: QUERY_MS,
    shouldIgnoreJid: (jid) => /@(?:broadcast|newsletter)$/.test(jid),
    ...(url !== undefined && { waWebSocketUrl: url }),
  })
  const life = lifeOf()
  const tell: Tell = (event) => {
    if (!life.isOver())
      contained(
        () => listener(event),
        () => {},
      )()
  }
  const fallen = (error: unknown): void => tell({ kind: 'fault', error })
  guard(socket.ws, fallen)
  listen(socket, { tell, fallen, over: life.over })
  return {
    socket,
    closed: life.closed,
    end: async (reason) => {
      await endSocket(socket, life.closed, closeMs)
      life.over({ code: undefined, reason })
      return life.closed
    },
  }
}

type Tell = (event: LinkEvent) => void

interface LinkLife {
  readonly closed: Promise<Closed>
  /** The first word of it counts. */
  readonly over: (closed: Closed) => void
  readonly isOver: () => boolean
}

function lifeOf(): LinkLife {
  let isOver = false
  let resolve: (closed: Closed) => void = () => {}
  const closed = new Promise<Closed>((done) => (resolve = done))
  const over = (how: Closed): void => {
    isOver = true
    resolve(how)
  }
  return { closed, over, isOver: () => isOver }
}

interface Ears {
  readonly tell: Tell
  readonly fallen: (error: unknown) => void
  readonly over: (closed: Closed) => void
}

function listen({ ev, ws }: BaileysSocket, { tell, fallen, over }: Ears): void {
  const on = (name: string, listener: (data: WebRecord) => void): unknown =>
    ev.on(
      name,
      contained((data) => isWebRecord(data) && listener(data), fallen),
    )
  on('creds.update', () => tell({ kind: 'creds' }))
  on('messages.upsert', ({ type, messages }) => {
    if (Array.isArray(messages)) tell({ kind: 'messages', type, messages })
  })
  ws.on(
    'CB:ack,class:message',
    contained((node) => tellAck(node, tell), fallen),
  )
  on('connection.update', ({ connection, isNewLogin, lastDisconnect, qr }) => {
    if (typeof qr === 'string') tell({ kind: 'qr', text: qr })
    if (isNewLogin === true) tell({ kind: 'linked' })
    if (connection === 'open') tell({ kind: 'open' })
    if (connection === 'close') over(closedBy(lastDisconnect))
  })
}

function tellAck(node: unknown, tell: Tell): void {
  if (!isWebRecord(node) || !isWebRecord(node.attrs)) return
  const { id, error, t } = node.attrs
  if (typeof id !== 'string') return
  const seconds = wholeNumber(t)
  const at = seconds === undefined ? undefined : ((seconds * 1_000) as EpochMs)
  tell({ kind: 'ack', id, error: typeof error === 'string' ? error : undefined, at })
}

/** The code of the error, where the library gives one. */
function closedBy(lastDisconnect: unknown): Closed {
  const error = isWebRecord(lastDisconnect) ? lastDisconnect.error : undefined
  const reason = error instanceof Error ? error.message : 'the connection was closed'
  return { code: codeOf(error), reason }
}

/** The HTTP-like code of an error of the library; `undefined` for any other. */
export function codeOf(error: unknown): number | undefined {
  const output = isWebRecord(error) ? error.output : undefined
  const code = isWebRecord(output) ? output.statusCode : undefined
  return typeof code === 'number' ? code : undefined
}

/** The library waits for the other side to close as well; that one may be gone. */
async function endSocket(
  socket: BaileysSocket,
  closed: Promise<Closed>,
  closeMs: number,
): Promise<void> {
  try {
    Promise.resolve(socket.end(undefined)).catch(() => {})
  } catch {
    // It had not begun.
  }
  if ((await orNothing(closed, closeMs)) === undefined) socket.ws.socket?.terminate?.()
}
