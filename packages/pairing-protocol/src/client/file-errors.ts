import { OpenClawError } from '@openclaw/pairing-contracts'

/** The file of a device's key exists, but cannot be used as it is. It is never replaced. */
export class IdentityUnreadable extends OpenClawError {
  override readonly name = 'IdentityUnreadable'
  override readonly code = 'ERR_IDENTITY_UNREADABLE'
  readonly path: string
  constructor(path: string, why: string, cause?: unknown) {
    super(`the device identity in ${path} cannot be used: ${why}`, {
      hint: `Put back a copy of ${path}. Or move it aside for a new identity, which an owner has to approve anew.`,
      cause,
    })
    this.path = path
  }
}

/** The id or public key in an identity file is not the one of its private key. */
export class IdentityMismatch extends OpenClawError {
  override readonly name = 'IdentityMismatch'
  override readonly code = 'ERR_IDENTITY_MISMATCH'
  readonly path: string
  constructor(path: string, member: 'deviceId' | 'publicKeyPem') {
    super(`in ${path}, ${member} does not belong to the private key`, {
      hint: `Somebody put two identities together. Put back a copy of ${path}, or move it aside for a new identity.`,
    })
    this.path = path
  }
}

/** The file of device tokens exists, but cannot be used as it is. It is never replaced. */
export class TokenCacheUnreadable extends OpenClawError {
  override readonly name = 'TokenCacheUnreadable'
  override readonly code = 'ERR_TOKEN_CACHE_UNREADABLE'
  readonly path: string
  constructor(path: string, why: string, cause?: unknown) {
    super(`the device tokens in ${path} cannot be used: ${why}`, {
      hint: `Move ${path} aside: a paired device gets a new token when it connects with the gateway's secret.`,
      cause,
    })
    this.path = path
  }
}

/** The file holds the tokens of another device. */
export class TokenCacheOfOther extends OpenClawError {
  override readonly name = 'TokenCacheOfOther'
  override readonly code = 'ERR_TOKEN_CACHE_OF_OTHER'
  readonly path: string
  constructor(path: string) {
    super(`${path} holds the tokens of another device`, {
      hint: 'Name the file that belongs to this identity, or move this one aside.',
    })
    this.path = path
  }
}

/** The file that says where the gateway is exists, but cannot be used as it is. It is never replaced unasked. */
export class PlaceUnreadable extends OpenClawError {
  override readonly name = 'PlaceUnreadable'
  override readonly code = 'ERR_PLACE_UNREADABLE'
  readonly path: string
  constructor(path: string, why: string, cause?: unknown) {
    super(`what ${path} says about the gateway cannot be used: ${why}`, {
      hint: `Move ${path} aside and join again with a setup code: a device that is paired stays so.`,
      cause,
    })
    this.path = path
  }
}

/** A file could not be written; what stood there before still stands. */
export class ClientFileNotWritten extends OpenClawError {
  override readonly name = 'ClientFileNotWritten'
  override readonly code = 'ERR_CLIENT_FILE_NOT_WRITTEN'
  readonly path: string
  constructor(path: string, cause?: unknown) {
    super(`${path} could not be written`, {
      hint: 'Look at free space and permissions of its directory; the cause says more.',
      cause,
    })
    this.path = path
  }
}
