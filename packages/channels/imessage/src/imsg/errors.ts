import { OpenClawError } from '@openclaw/pairing-contracts'

const INSTALL = 'brew install steipete/tap/imsg'

/** imsg is not where it is looked for, or may not be run. */
export class ImsgNotFound extends OpenClawError {
  override readonly name = 'ImsgNotFound'
  override readonly code = 'ERR_IMSG_NOT_FOUND'
  constructor(cliPath: string, remoteHost?: string) {
    const where = remoteHost === undefined ? '' : ` on ${remoteHost}`
    super(`\`${cliPath}\` cannot be run${where}`, {
      hint:
        remoteHost === undefined
          ? `Install it on this Mac with \`${INSTALL}\`, or set \`channels.imessage.cliPath\` to where it is; for Messages on another Mac set \`channels.imessage.remoteHost\`.`
          : `Install it there with \`${INSTALL}\`, or set \`channels.imessage.cliPath\` to where it is on that Mac, such as /opt/homebrew/bin/imsg.`,
    })
  }
}

/** What macOS does not let imsg do. */
export type ImsgPermission = 'full-disk-access' | 'automation'

const SETTINGS: Readonly<Record<ImsgPermission, readonly [problem: string, setting: string]>> = {
  'full-disk-access': [
    'macOS does not let imsg read Messages',
    'Switch on the app that runs the gateway (Terminal, node, or sshd-keygen-wrapper for ssh) in System Settings > Privacy & Security > Full Disk Access, then start the gateway again.',
  ],
  automation: [
    'macOS does not let imsg send with Messages',
    'Switch on Messages under the app that runs the gateway in System Settings > Privacy & Security > Automation.',
  ],
}

/** macOS does not let imsg read, or send: which switch it is. */
export class ImsgPermissionMissing extends OpenClawError {
  override readonly name = 'ImsgPermissionMissing'
  override readonly code = 'ERR_IMSG_PERMISSION_MISSING'
  readonly permission: ImsgPermission
  constructor(permission: ImsgPermission) {
    const [message, hint] = SETTINGS[permission]
    super(message, { hint })
    this.permission = permission
  }
}

/** What was started does not know `watch.subscribe`. */
export class ImsgTooOld extends OpenClawError {
  override readonly name = 'ImsgTooOld'
  override readonly code = 'ERR_IMSG_TOO_OLD'
  constructor(cliPath: string) {
    super(`\`${cliPath}\` does not know \`watch.subscribe\``, {
      hint: 'Bring it up to date with `brew upgrade imsg`, and check `channels.imessage.cliPath`.',
    })
  }
}

/** What is configured is no name of a machine. */
export class ImsgHostInvalid extends OpenClawError {
  override readonly name = 'ImsgHostInvalid'
  override readonly code = 'ERR_IMSG_HOST_INVALID'
  constructor() {
    super('`remoteHost` is not `host` or `user@host`', {
      hint: 'Set `channels.imessage.remoteHost` to the name that `ssh` takes for the Mac; ports and keys belong into ~/.ssh/config.',
    })
  }
}

/** Every error of this entry. */
export type ImsgError = ImsgNotFound | ImsgPermissionMissing | ImsgTooOld | ImsgHostInvalid
