import { OpenClawError } from '@openclaw/pairing-contracts'
import { MAX_SHOWN } from './limits.ts'

/** A record of the store has not the shape that this version writes. Holds where, never what. */
export class MalformedRecord extends OpenClawError {
  override readonly name = 'MalformedRecord'
  override readonly code = 'ERR_DEVICE_RECORD_MALFORMED'
  constructor(collection: string, path: string) {
    super(`a record of ${collection} has no usable ${path}`, {
      hint: 'Run `openclaw doctor`; a newer version may have written it.',
    })
  }
}

/** A file of another program has not the shape that it should have. */
export class MalformedDocument extends OpenClawError {
  override readonly name = 'MalformedDocument'
  override readonly code = 'ERR_DEVICE_DOCUMENT_MALFORMED'
  /** Where in the JSON, such as `["abc"].publicKey`. */
  readonly path: string
  constructor(fileName: string, path: string, expected: string) {
    super(`${fileName}: ${path} should be ${expected}`, {
      hint: 'Mend the file by hand, or move it away and run `openclaw doctor`.',
    })
    this.path = path
  }
}

/** The random source gives nothing that an id or token can be made of. */
export class RandomSourceBroken extends OpenClawError {
  override readonly name = 'RandomSourceBroken'
  override readonly code = 'ERR_DEVICE_RANDOM_BROKEN'
  constructor() {
    super('the random source gave no usable bytes', {
      hint: 'Restart the process, and check the RandomBytes it was given.',
    })
  }
}

/** A name for a device cannot be shown. */
export class InvalidLabel extends OpenClawError {
  override readonly name = 'InvalidLabel'
  override readonly code = 'ERR_DEVICE_LABEL_INVALID'
  constructor() {
    super('the name of a device is one printable line', {
      hint: `Use at most ${String(MAX_SHOWN)} printable characters, or '' to take the name away.`,
    })
  }
}

/** The authority function does not let this device ask; nothing was written. */
export class DeviceRequestRefused extends OpenClawError {
  override readonly name = 'DeviceRequestRefused'
  override readonly code = 'ERR_DEVICE_REQUEST_REFUSED'
  constructor(why: string, fix: string) {
    super(`this device may not ask: ${why}`, { hint: fix })
  }
}

/** Every error that this package throws by itself; the store has its own. */
export type DevicePairingError =
  | DeviceRequestRefused
  | InvalidLabel
  | MalformedDocument
  | MalformedRecord
  | RandomSourceBroken
