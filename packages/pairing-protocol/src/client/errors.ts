import { OpenClawError } from '@openclaw/pairing-contracts'
import { shown } from './shown.ts'

/** An option of a client cannot be used; the caller has to mend it. */
export class ClientOptionsInvalid extends OpenClawError {
  override readonly name = 'ClientOptionsInvalid'
  override readonly code = 'ERR_CLIENT_OPTIONS'
  constructor(problem: string) {
    super(`the options of the client cannot be used: ${problem}`, {
      hint: 'Correct the option that is named.',
    })
  }
}

/** How far a try came. */
export type ConnectPhase = 'dial' | 'challenge' | 'hello' | 'store'

const WAITED_FOR: Readonly<Record<ConnectPhase, string>> = {
  dial: 'the connection to open',
  challenge: 'connect.challenge',
  hello: 'the answer to connect',
  store: 'the device token to be kept',
}

/** The gateway could not be reached, or what answered is none. Tried again. */
export class GatewayUnreachable extends OpenClawError {
  override readonly name = 'GatewayUnreachable'
  override readonly code = 'ERR_GATEWAY_UNREACHABLE'
  constructor(why: string, cause?: unknown) {
    super(`the gateway was not reached: ${shown(why)}`, {
      hint: 'See whether the gateway runs, and whether address, port and TLS are right.',
      cause,
    })
  }
}

/** A try took too long; `phase` says what did not come. Tried again. */
export class ConnectTimedOut extends OpenClawError {
  override readonly name = 'ConnectTimedOut'
  override readonly code = 'ERR_CONNECT_TIMEOUT'
  readonly phase: ConnectPhase
  constructor(phase: ConnectPhase) {
    super(`waited too long for ${WAITED_FOR[phase]}`, {
      hint: 'See whether an OpenClaw gateway answers at this address, and how busy it is.',
    })
    this.phase = phase
  }
}

/** The certificate of the gateway is not the one that was expected; nothing was sent. Tried again. */
export class FingerprintMismatch extends OpenClawError {
  override readonly name = 'FingerprintMismatch'
  override readonly code = 'ERR_TLS_FINGERPRINT'
  /** SHA-256 of the certificate that was shown: 64 hex digits, or nothing. */
  readonly actual: string
  constructor(actual: string) {
    super(`the gateway shows a certificate with another fingerprint: ${shown(actual)}`, {
      hint: 'Compare with the fingerprint on the gateway itself. If it shows the same, give that one; if not, somebody is in between.',
    })
    this.actual = actual
  }
}

/** A connection that had been made ended. Tried again. */
export class ConnectionLost extends OpenClawError {
  override readonly name = 'ConnectionLost'
  override readonly code = 'ERR_CONNECTION_LOST'
  /** The code of the close: 1006 where the other side vanished, 4000 where it fell silent. */
  readonly closeCode: number
  constructor(closeCode: number, reason: string, cause?: unknown) {
    const why = reason === '' ? '' : `, ${shown(reason)}`
    super(`the connection to the gateway ended (${String(closeCode)}${why})`, {
      hint: 'The client connects again by itself; see the log of the gateway if this goes on.',
      cause,
    })
    this.closeCode = closeCode
  }
}

/** Another connection with the same key took the place of this one. Final: two that run with one key would do so for ever. */
export class ConnectionReplaced extends OpenClawError {
  override readonly name = 'ConnectionReplaced'
  override readonly code = 'ERR_CONNECTION_REPLACED'
  constructor() {
    super('another connection with the same key took the place of this one', {
      hint: 'End one of the two, or give each a key of its own.',
    })
  }
}

/** The identity did not sign. Tried again. */
export class SigningFailed extends OpenClawError {
  override readonly name = 'SigningFailed'
  override readonly code = 'ERR_SIGNING_FAILED'
  constructor(cause: unknown) {
    super('the device identity did not sign', {
      hint: 'See whether what keeps the key is there; the cause says more.',
      cause,
    })
  }
}

/** The client was closed, by `close()` or its signal. */
export class ClientClosed extends OpenClawError {
  override readonly name = 'ClientClosed'
  override readonly code = 'ERR_CLIENT_CLOSED'
  constructor() {
    super('the client was closed', { hint: 'Make a new one.' })
  }
}

/** There was no connection in the time that was given; the cause is what last stood in the way. */
export class NotReady extends OpenClawError {
  override readonly name = 'NotReady'
  override readonly code = 'ERR_NOT_READY'
  constructor(problem: OpenClawError | undefined) {
    const why = problem === undefined ? '' : `: ${problem.message}`
    super(`not connected to the gateway in time${why}`, {
      hint: problem?.hint ?? 'Wait longer, or see whether the gateway runs.',
      cause: problem,
    })
  }
}

/** A reader of events was slower than the gateway; those that were kept are gone. */
export class EventsMissed extends OpenClawError {
  override readonly name = 'EventsMissed'
  override readonly code = 'ERR_EVENTS_MISSED'
  constructor(event: string) {
    super(`too many events of the kind ${shown(event)} waited to be read`, {
      hint: 'Read faster, or ask the gateway for the whole list and read on from there.',
    })
  }
}
