import { OpenClawError } from '@openclaw/pairing-contracts'

/** What is wrong with the address of a server. */
export type ServerUrlProblem = 'no-url' | 'in-clear' | 'credentials' | 'more'

const TUNNEL =
  'Reach the Mac through a tunnel: `ssh -N -L 1234:127.0.0.1:1234 you@the-mac` and http://127.0.0.1:1234, or the https address that BlueBubbles shows for Cloudflare or your own domain.'

const URL_PROBLEMS: Readonly<Record<ServerUrlProblem, readonly [problem: string, fix: string]>> = {
  'no-url': [
    'is no URL',
    'Copy it from the BlueBubbles app, such as http://127.0.0.1:1234 or https://….',
  ],
  'in-clear': ['would send the password and every message in clear over the network', TUNNEL],
  credentials: ['has a user or password in it', 'Put the password into `password`.'],
  more: [
    'is more than the address',
    'Remove "/api…" and everything from "?" on; the password belongs into `password`.',
  ],
}

/** The address of the server may not be used. */
export class BlueBubblesUrlInvalid extends OpenClawError {
  override readonly name = 'BlueBubblesUrlInvalid'
  override readonly code = 'ERR_BLUEBUBBLES_URL_INVALID'
  readonly problem: ServerUrlProblem
  constructor(problem: ServerUrlProblem) {
    const [message, hint] = URL_PROBLEMS[problem]
    super(`\`serverUrl\` ${message}`, { hint })
    this.problem = problem
  }
}

/** No password was given. */
export class BlueBubblesPasswordMissing extends OpenClawError {
  override readonly name = 'BlueBubblesPasswordMissing'
  override readonly code = 'ERR_BLUEBUBBLES_PASSWORD_MISSING'
  constructor() {
    super('the password of the BlueBubbles server is missing', {
      hint: 'Set `channels.bluebubbles.password` to the one in the BlueBubbles app, under Settings → Connection → Server Password.',
    })
  }
}

/** The server does not take the password. */
export class BlueBubblesPasswordRejected extends OpenClawError {
  override readonly name = 'BlueBubblesPasswordRejected'
  override readonly code = 'ERR_BLUEBUBBLES_PASSWORD_REJECTED'
  constructor(origin: string) {
    super(`the BlueBubbles server at ${origin} does not take the password`, {
      hint: 'Copy it from the BlueBubbles app, under Settings → Connection → Server Password, into `channels.bluebubbles.password`, and restart.',
    })
  }
}

/** Every error of the entry `./bluebubbles`. */
export type BlueBubblesError =
  | BlueBubblesUrlInvalid
  | BlueBubblesPasswordMissing
  | BlueBubblesPasswordRejected
