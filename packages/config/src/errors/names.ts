import { OpenClawError } from '@openclaw/pairing-contracts'

/** No channel has this name. Holds the names that there are, not what was typed: that may be a misplaced code. */
export class UnknownChannel extends OpenClawError {
  override readonly name = 'UnknownChannel'
  override readonly code = 'ERR_CHANNEL_UNKNOWN'
  readonly channels: readonly string[]
  /** The channel that was probably meant. */
  readonly meant: string | undefined
  constructor(channels: readonly string[], meant?: string) {
    super(`there is no channel of this name; channels are ${channels.join(', ')}`, {
      hint: meant === undefined ? `Name one of: ${channels.join(', ')}` : `Did you mean ${meant}?`,
    })
    this.channels = channels
    this.meant = meant
  }
}

/** The text cannot be the id of an account; ids are refused, never rewritten, so that two never share a file. */
export class InvalidAccountId extends OpenClawError {
  override readonly name = 'InvalidAccountId'
  override readonly code = 'ERR_ACCOUNT_INVALID'
  constructor() {
    super('an account id has 1 to 64 of a-z, 0-9, - and _, and begins with a letter or digit', {
      hint: 'Write the id as it stands below "accounts", in lower case; "default" where none is configured.',
    })
  }
}

/** The text is not a sender of this channel. Holds neither the text nor a guess. */
export class InvalidSender extends OpenClawError {
  override readonly name = 'InvalidSender'
  override readonly code = 'ERR_SENDER_INVALID'
  readonly channel: string
  constructor(channel: string, expected: string, hint?: string) {
    super(`a sender of ${channel} is ${expected}`, {
      hint: hint ?? `Copy the id from: openclaw pairing list ${channel}`,
    })
    this.channel = channel
  }
}

/** `--profile` and `--dev` do not go together, or the name is none. */
export class InvalidProfile extends OpenClawError {
  override readonly name = 'InvalidProfile'
  override readonly code = 'ERR_PROFILE_INVALID'
  constructor(problem: string) {
    super(problem, {
      hint: 'Use --profile <name> with 1 to 64 letters, digits, - and _, or --dev alone.',
    })
  }
}

/** An OpenClaw gateway already runs with this configuration. */
export class OtherOpenClawRunning extends OpenClawError {
  override readonly name = 'OtherOpenClawRunning'
  override readonly code = 'ERR_OTHER_OPENCLAW_RUNNING'
  /** `undefined` while it is still writing its lock. */
  readonly pid: number | undefined
  readonly lockPath: string
  constructor(found: { readonly pid: number | undefined; readonly lockPath: string }) {
    const who = found.pid === undefined ? '' : ` (process ${String(found.pid)})`
    super(`an OpenClaw gateway already runs with this configuration${who}: ${found.lockPath}`, {
      hint: 'Stop it (openclaw gateway stop), or run beside it with its own directory and port: OPENCLAW_STATE_DIR=~/.openclaw-pairing OPENCLAW_GATEWAY_PORT=18790',
    })
    this.pid = found.pid
    this.lockPath = found.lockPath
  }
}
