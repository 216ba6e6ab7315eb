import { OpenClawError } from '@openclaw/pairing-contracts'

/** The library that speaks with WhatsApp, and the version that this package was made with. */
export const LIBRARY = 'baileys'
export const LIBRARY_VERSION = '7.0.0-rc14'

/** Why WhatsApp will not have this session. */
export type WebRefusal = 'logged-out' | 'forbidden' | 'replaced' | 'not-multi-device'

const login = (account: string): string =>
  `openclaw channels login whatsapp${account === 'default' ? '' : ` --account ${account}`}`

const REFUSALS: Readonly<
  Record<WebRefusal, readonly [message: string, hint: (account: string) => string]>
> = {
  'logged-out': [
    'WhatsApp has ended this linked device (401): it was removed on the phone, or was away for too long',
    (account) => `Link it anew: ${login(account)}, then start the gateway again`,
  ],
  forbidden: [
    'WhatsApp refuses this account (403): it is banned or restricted',
    () => 'Open WhatsApp on the phone: it says what is wrong, and how to ask for a review',
  ],
  replaced: [
    'another process uses this WhatsApp session (440)',
    (account) =>
      `Stop the other gateway or bot that was given the same credentials, or link this one as a device of its own: ${login(account)}; then start the gateway again`,
  ],
  'not-multi-device': [
    'this WhatsApp account has no linked devices of its own (411)',
    () => 'Update WhatsApp on the phone, and try again',
  ],
}

/** WhatsApp refuses the session, and no waiting mends that. Fatal for the account; nothing is deleted. */
export class WebAccountRefused extends OpenClawError {
  override readonly name = 'WebAccountRefused'
  override readonly code = 'ERR_WHATSAPP_WEB_REFUSED'
  readonly refusal: WebRefusal
  constructor(refusal: WebRefusal, account: string) {
    const [message, hint] = REFUSALS[refusal]
    super(message, { hint: hint(account) })
    this.refusal = refusal
  }
}

/** Makes each kind. */
export const webRefusals: Readonly<Record<WebRefusal, (account: string) => WebAccountRefused>> = {
  'logged-out': (account) => new WebAccountRefused('logged-out', account),
  forbidden: (account) => new WebAccountRefused('forbidden', account),
  replaced: (account) => new WebAccountRefused('replaced', account),
  'not-multi-device': (account) => new WebAccountRefused('not-multi-device', account),
}

/** The library is not installed. Fatal for the account. */
export class WebLibraryMissing extends OpenClawError {
  override readonly name = 'WebLibraryMissing'
  override readonly code = 'ERR_WHATSAPP_WEB_LIBRARY_MISSING'
  /** Installs it. */
  readonly command: string
  constructor(command: string) {
    super(`WhatsApp needs the library ${LIBRARY}, which is not installed`, {
      hint: `Install it: ${command}`,
    })
    this.command = command
  }
}

/** The library is there and cannot be loaded. Fatal for the account. */
export class WebLibraryBroken extends OpenClawError {
  override readonly name = 'WebLibraryBroken'
  override readonly code = 'ERR_WHATSAPP_WEB_LIBRARY_BROKEN'
  constructor(reason: string, command: string) {
    super(`the library ${LIBRARY} cannot be loaded: ${reason}`, {
      hint: `Install it again: ${command}`,
    })
  }
}

/** Somebody else could have put the library there. Fatal for the account; it was not loaded. */
export class WebLibraryUnsafe extends OpenClawError {
  override readonly name = 'WebLibraryUnsafe'
  override readonly code = 'ERR_WHATSAPP_WEB_LIBRARY_UNSAFE'
  constructor(path: string, problem: 'of-another-user' | 'open-to-all') {
    super(
      `the library ${LIBRARY} is not loaded: ${path} ${problem === 'open-to-all' ? 'can be written by everybody' : 'belongs to another user'}`,
      {
        hint:
          problem === 'open-to-all'
            ? `Close it: chmod -R go-w '${path.replaceAll("'", "'\\''")}'`
            : 'Run this as the user who owns it, or install the library as the one who runs this.',
      },
    )
  }
}

/** The saved session can be read neither as it is nor from its copy. Fatal for the account; nothing is deleted. */
export class WebCredsDamaged extends OpenClawError {
  override readonly name = 'WebCredsDamaged'
  override readonly code = 'ERR_WHATSAPP_WEB_CREDS_DAMAGED'
  constructor(path: string, account: string) {
    super(`the WhatsApp session in ${path} is damaged, and so is its copy`, {
      hint: `Put creds.json back from a backup of yours, or move the folder away and link anew: ${login(account)}`,
    })
  }
}

/** The address of the socket may not be used: the session would travel in clear, or the address is none. */
/** A session cannot be made where other things lie: they would be moved aside with the old one. */
export class WebFolderShared extends OpenClawError {
  override readonly name = 'WebFolderShared'
  override readonly code = 'ERR_WHATSAPP_WEB_FOLDER_SHARED'
  constructor(path: string) {
    super(`${path} holds other things than a WhatsApp session`, {
      hint: 'Give the account a folder of its own: remove `authDir` from the configuration, or name an empty folder there.',
    })
  }
}

export class WebSocketUrlInvalid extends OpenClawError {
  override readonly name = 'WebSocketUrlInvalid'
  override readonly code = 'ERR_WHATSAPP_WEB_URL_INVALID'
  constructor(problem: string) {
    super(`\`webSocketUrl\` ${problem}`, {
      hint: 'Remove `channels.whatsapp.webSocketUrl`; only tests need one: wss, or ws on this machine (127.0.0.1).',
    })
  }
}

/** The link did not come about as often as `web.reconnect.maxAttempts` allows. Fatal for the account. */
export class WebGaveUp extends OpenClawError {
  override readonly name = 'WebGaveUp'
  override readonly code = 'ERR_WHATSAPP_WEB_GAVE_UP'
  constructor(failures: number, reason: string) {
    super(`${String(failures)} tries in a row to connect to WhatsApp failed: ${reason}`, {
      hint: 'Mend the network and start the gateway again; without `web.reconnect.maxAttempts` it never gives up.',
    })
  }
}

/** Every error of the multi-device transport. */
export type WebError =
  | WebGaveUp
  | WebAccountRefused
  | WebLibraryMissing
  | WebLibraryBroken
  | WebLibraryUnsafe
  | WebFolderShared
  | WebCredsDamaged
  | WebSocketUrlInvalid
