import { OpenClawError } from '@openclaw/pairing-contracts'

/** The store was moved away, or is just being moved. What is here may be old: somebody who was revoked since stands in it. */
export class StoreMoved extends OpenClawError {
  override readonly name = 'StoreMoved'
  override readonly code = 'ERR_STORE_MOVED'
  /** Without user and password. */
  readonly to: string
  constructor(
    where: string,
    mark: { readonly to: string; readonly at: number; readonly isDone: boolean },
  ) {
    const { to, at, isDone } = mark
    const when = new Date(at).toISOString()
    super(
      isDone
        ? `the store in ${where} was moved to ${to} at ${when}; what is here is old`
        : `the store in ${where} was being moved to ${to} at ${when}, and that was cut off at its last step`,
      {
        hint: isDone
          ? 'name the place where it is now (OPENCLAW_STORE_URL or store.url; OPENCLAW_STATE_DIR for a directory); back: openclaw store migrate --from <that place> --to <this one>; only if that place is lost: openclaw store reopen'
          : 'run the same openclaw store migrate again: it finds out whether the other store has it, and ends the move',
      },
    )
    this.to = to
  }
}

/** Something is being put into this place, or that was cut off: there is a part of a store. */
export class StoreUnfinished extends OpenClawError {
  override readonly name = 'StoreUnfinished'
  override readonly code = 'ERR_STORE_UNFINISHED'
  constructor(where: string, from: string, cause?: unknown) {
    super(`the store in ${where} is being made of ${from}, or that was cut off`, {
      hint: 'run the same openclaw store migrate (or import) again: it begins afresh and loses nothing',
      cause,
    })
  }
}

/** There is something else in the place that a store was to be moved to. Nothing was changed. */
export class TransferTargetTaken extends OpenClawError {
  override readonly name = 'TransferTargetTaken'
  override readonly code = 'ERR_STORE_TRANSFER_TARGET'
  constructor(where: string, why: string) {
    super(`${where} is not empty: ${why}; nothing was changed`, {
      hint: 'two stores are never mixed: name an empty directory, or an empty database or schema',
    })
  }
}

/** A gateway, or something else, uses the store. Nothing was changed. */
export class TransferInUse extends OpenClawError {
  override readonly name = 'TransferInUse'
  override readonly code = 'ERR_STORE_TRANSFER_IN_USE'
  constructor(where: string, users: readonly string[]) {
    super(`${where} is in use: ${users.join(', ')}; nothing was changed`, {
      hint: 'stop every gateway that uses it, then try again; one that was killed is forgotten after 15 s',
    })
  }
}

/** The store changed while it was read. Nothing was changed here. */
export class TransferChanged extends OpenClawError {
  override readonly name = 'TransferChanged'
  override readonly code = 'ERR_STORE_TRANSFER_CHANGED'
  constructor(where: string) {
    super(`${where} changed while it was moved; it stays as it is, and the other place is empty`, {
      hint: 'try again when nobody decides anything',
    })
  }
}

/** There is nothing to be moved. */
export class TransferNothing extends OpenClawError {
  override readonly name = 'TransferNothing'
  override readonly code = 'ERR_STORE_TRANSFER_NOTHING'
  constructor(where: string) {
    super(`nothing was decided yet in ${where}: there is nothing to move`, {
      hint: 'name the place where the store is',
    })
  }
}

/** What was written is not what was read. The target does not count. */
export class TransferDiffers extends OpenClawError {
  override readonly name = 'TransferDiffers'
  override readonly code = 'ERR_STORE_TRANSFER_DIFFERS'
  constructor(where: string, why: string) {
    super(`what came to ${where} is not what was read: ${why}; it was given up`, {
      hint: 'run openclaw audit verify where it came from; this should never happen otherwise',
    })
  }
}

/** The journal of the store to be moved is damaged. Nothing was changed. */
export class TransferDamaged extends OpenClawError {
  override readonly name = 'TransferDamaged'
  override readonly code = 'ERR_STORE_TRANSFER_DAMAGED'
  constructor(where: string, finding: string) {
    super(`the journal of ${where} is damaged: ${finding}; nothing was changed`, {
      hint: 'openclaw audit verify lists everything; put the file back from a backup, or openclaw doctor --fix',
    })
  }
}

/** A file is no image of a store, or not a whole one. Nothing was changed. */
export class ImageRefused extends OpenClawError {
  override readonly name = 'ImageRefused'
  override readonly code = 'ERR_STORE_IMAGE'
  readonly file: string
  constructor(file: string, why: string) {
    super(`${file} cannot be taken in: ${why}; nothing was changed`, {
      hint: 'make it again with openclaw store export, and copy it whole',
    })
    this.file = file
  }
}

/** An image that a newer version made. */
export class ImageNewer extends OpenClawError {
  override readonly name = 'ImageNewer'
  override readonly code = 'ERR_STORE_IMAGE_NEWER'
  constructor(file: string, format: number) {
    super(`${file} was made by a newer version (format ${String(format)}); nothing was changed`, {
      hint: 'update OpenClaw here to the version that made it',
    })
  }
}

/** The image could not be written. No part of it is left behind. */
export class ImageNotWritten extends OpenClawError {
  override readonly name = 'ImageNotWritten'
  override readonly code = 'ERR_STORE_IMAGE_WRITE'
  readonly file: string
  constructor(file: string, why: string, cause?: unknown) {
    super(`nothing was written to ${file}: ${why}`, {
      hint: 'name a new file in a directory of yours, on a disk with room',
      cause,
    })
    this.file = file
  }
}
