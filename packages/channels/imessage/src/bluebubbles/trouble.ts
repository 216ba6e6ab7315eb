import type { ApiAnswer } from './client.ts'
import { BlueBubblesPasswordRejected } from './errors.ts'

/** Why the server cannot be worked with now, in words with the fix. */
export interface Trouble {
  readonly reason: string
  readonly fix: string
}

/**
 * What is wrong, by an answer that is not `ok`.
 *
 * @throws {@link BlueBubblesPasswordRejected}: waiting does not mend it
 */
export function troubleOf(origin: string, answer: Exclude<ApiAnswer, { kind: 'ok' }>): Trouble {
  switch (answer.kind) {
    case 'unreachable':
    case 'lost':
      return {
        reason: `the BlueBubbles server at ${origin} does not answer: ${answer.reason}`,
        fix: 'see that the Mac is on and awake, and the BlueBubbles app is running; it is tried again',
      }
    case 'foreign':
      return {
        reason: `what answers at ${origin} with HTTP ${String(answer.status)} is no BlueBubbles server`,
        fix: 'check `channels.bluebubbles.serverUrl`, and the tunnel or proxy before it',
      }
    case 'error': {
      if (answer.status === 401) throw new BlueBubblesPasswordRejected(origin)
      const { reason, status } = answer
      return {
        reason: `the BlueBubbles server at ${origin} answered ${String(status)}: ${reason}`,
        fix: 'see what its app says, under Logs',
      }
    }
  }
}
