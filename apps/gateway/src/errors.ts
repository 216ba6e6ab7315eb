import { OpenClawError } from '@openclaw/pairing-contracts'

/** A gateway of ours already runs on this state directory. */
export class GatewayAlreadyRuns extends OpenClawError {
  override readonly name = 'GatewayAlreadyRuns'
  override readonly code = 'ERR_GATEWAY_ALREADY_RUNS'
  readonly pid: number
  constructor(pid: number, where: { readonly url: string; readonly stateDir: string }) {
    super(
      `a gateway already runs on ${where.stateDir} (process ${String(pid)}, ${where.url}); stop it, or set OPENCLAW_STATE_DIR and OPENCLAW_GATEWAY_PORT to run beside it`,
      { hint: `kill ${String(pid)}` },
    )
    this.pid = pid
  }
}

/** Something else listens on the port. */
export class PortInUse extends OpenClawError {
  override readonly name = 'PortInUse'
  override readonly code = 'ERR_GATEWAY_PORT_IN_USE'
  readonly port: number
  constructor(place: { readonly host: string; readonly port: number }, holder: string) {
    super(
      `port ${String(place.port)} on ${place.host} is in use by ${holder}; stop that, or choose another port`,
      {
        hint: `openclaw gateway --port ${String(place.port === 65_535 ? 18_790 : place.port + 1)}`,
      },
    )
    this.port = place.port
  }
}

/** The address cannot be listened on. */
export class CannotListen extends OpenClawError {
  override readonly name = 'CannotListen'
  override readonly code = 'ERR_GATEWAY_CANNOT_LISTEN'
  constructor(place: { readonly host: string; readonly port: number }, why: string) {
    super(`cannot listen on ${place.host}:${String(place.port)} (${why})`, {
      hint: 'Set gateway.bind to "loopback", and a port above 1023 that is free.',
    })
  }
}

/** The state directory cannot be used: no space, no permission, or something else is in its place. */
export class StateDirUnusable extends OpenClawError {
  override readonly name = 'StateDirUnusable'
  override readonly code = 'ERR_GATEWAY_STATE_DIR'
  constructor(path: string, why: string) {
    super(`cannot write in the state directory ${path} (${why})`, {
      hint: `Make it a directory that you may write, with free space (ls -ld ${path}; df ${path}), or set OPENCLAW_STATE_DIR.`,
    })
  }
}

/** The file that should hold the key of the web chat's cookies holds something else. */
export class CookieKeyDamaged extends OpenClawError {
  override readonly name = 'CookieKeyDamaged'
  override readonly code = 'ERR_GATEWAY_COOKIE_KEY'
  constructor(path: string) {
    super(`${path} does not hold the key of the web chat’s cookies`, {
      hint: `Put the file back from a backup, or remove it (rm ${path}): then a new key is drawn, and every visitor of the web chat is a stranger again.`,
    })
  }
}

/** The file that should hold the secret for devices holds something else. */
export class GatewayTokenDamaged extends OpenClawError {
  override readonly name = 'GatewayTokenDamaged'
  override readonly code = 'ERR_GATEWAY_TOKEN'
  constructor(path: string) {
    super(`${path} does not hold the gateway’s token for devices`, {
      hint: `Put the file back from a backup, or remove it (rm ${path}): then a new token is drawn. Paired devices stay paired.`,
    })
  }
}

/** `gateway.tls` is on, and its certificate cannot be served. The gateway does not start in clear instead. */
export class CertificateUnusable extends OpenClawError {
  override readonly name = 'CertificateUnusable'
  override readonly code = 'ERR_GATEWAY_CERTIFICATE'
  readonly file: string
  constructor({ file, problem, fix }: CertificateFault) {
    super(`gateway.tls is on, and ${file} ${problem}`, { hint: fix })
    this.file = file
  }
}

interface CertificateFault {
  readonly file: string
  readonly problem: string
  readonly fix: string
}

/** The gateway is stopping: the message was not handled and must be offered again. */
export class GatewayStopping extends OpenClawError {
  override readonly name = 'GatewayStopping'
  override readonly code = 'ERR_GATEWAY_STOPPING'
  constructor() {
    super('the gateway is stopping; the message is handled after its next start')
  }
}

/** The webhook's address is neither https nor on this machine. */
export class WebhookUrlRefused extends OpenClawError {
  override readonly name = 'WebhookUrlRefused'
  override readonly code = 'ERR_WEBHOOK_URL_REFUSED'
  constructor(key: string) {
    super(`the webhook in ${key} must be https, or http on this machine`, {
      hint: `Set ${key} to an https address, or to http://127.0.0.1:<port>/…`,
    })
  }
}

/** A command line that the gateway does not understand. */
export class UnknownArgument extends OpenClawError {
  override readonly name = 'UnknownArgument'
  override readonly code = 'ERR_GATEWAY_ARGUMENT'
  constructor(problem: string) {
    super(problem, {
      hint: 'such as: npm start -- --port 18790; options: --profile <name>, --dev, --port <port>, --verbose',
    })
  }
}

/** Every error of this package. */
export type GatewayError =
  | GatewayAlreadyRuns
  | PortInUse
  | CannotListen
  | StateDirUnusable
  | CookieKeyDamaged
  | GatewayTokenDamaged
  | CertificateUnusable
  | GatewayStopping
  | WebhookUrlRefused
  | UnknownArgument
