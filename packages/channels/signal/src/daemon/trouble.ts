import { type ChildEnd, howEnded } from '@openclaw/pairing-channel-kit/child'
import type { AccountId, OpenClawError } from '@openclaw/pairing-contracts'
import { SignalCliNotFound } from '../errors.ts'
import type { SignalCommand } from './command.ts'
import type { Look } from './look.ts'

/** Why no daemon answers: for good, or to be tried again. */
export type DaemonTrouble =
  | { readonly kind: 'fatal'; readonly error: OpenClawError }
  | {
      readonly kind: 'again'
      readonly event: 'signal-daemon-exited' | 'signal-daemon-hung' | 'signal-daemon-port-taken'
      readonly pid: number | undefined
      readonly reason: string
    }

/** Whose daemon it is, and where. */
interface Place {
  readonly account: AccountId
  readonly number: string
  readonly httpUrl: string
}

/** A process of it; without a number it never ran. */
interface Process extends Place {
  readonly pid: number | undefined
}

/** The section in which an account is configured. */
const sectionOf = (account: AccountId): string =>
  account === 'default' ? 'channels.signal' : `channels.signal.accounts.${account}`

/** The daemon ended; `lastWords` is what it said. */
export function troubleOfEnd(
  end: ChildEnd,
  { command, account, number, pid }: Process & { readonly command: SignalCommand },
  lastWords: string,
): DaemonTrouble {
  if (end.kind === 'missing') {
    const error = new SignalCliNotFound(command.cliPath, sectionOf(account))
    return { kind: 'fatal', error }
  }
  const isUnknown = /not registered/i.test(lastWords)
  const words = isUnknown ? lastWords.replace(/\.$/, '') : lastWords
  const fix = isUnknown ? `; ${registerFix(command.cliPath, number)}` : ''
  const reason = `signal-cli ${howEnded(end)}${words === '' ? '' : `: ${words}`}${fix}`
  return { kind: 'again', event: 'signal-daemon-exited', pid, reason }
}

/** Commands that work where they are pasted: by the path that is configured, where no shell would read more into it. */
function registerFix(cliPath: string, number: string): string {
  const cli = /^[\w./~+-]+$/.test(cliPath) ? cliPath : 'signal-cli'
  return `register the number with \`${cli} -a ${number} register\`, or link it with \`${cli} link -n OpenClaw\``
}

/** One that runs and says nothing: since its start, or since it answered last. */
interface Silent extends Process {
  readonly since: 'start' | 'answer'
}

/** It did not answer for so long, and was ended. */
export function troubleOfSilence(
  { pid, httpUrl, account, since }: Silent,
  ms: number,
  lastWords: string,
): DaemonTrouble {
  const words = lastWords === '' ? '' : `: ${lastWords}`
  const seconds = String(Math.round(ms / 1_000))
  const more = `; if it only needs longer, set \`${sectionOf(account)}.startupTimeoutMs\``
  const isKept = /in use by another instance/i.test(lastWords)
  const fix = isKept ? '; end the other signal-cli of this account' : since === 'start' ? more : ''
  const reason = `signal-cli did not answer at ${httpUrl} for ${seconds} s and was ended${words}${fix}`
  return { kind: 'again', event: 'signal-daemon-hung', pid, reason }
}

/** Something else is where the daemon is to listen, or somebody else's. */
export function troubleOfPort(
  { account, httpUrl }: Place,
  found: Extract<Look, { kind: 'other' | 'foreign' }>,
): DaemonTrouble {
  const section = sectionOf(account)
  const fix = `set \`${section}.httpPort\` to a free port`
  const reason =
    found.kind === 'other'
      ? `${httpUrl} is taken by something that does not answer as signal-cli does (${found.what}): ${fix}, or end what listens there if it is a signal-cli that hangs`
      : `what listens at ${httpUrl} is run by another user of this machine (uid ${String(found.uid)}), who could write in anybody's name: ${fix}; where it is your signal-cli, set \`${section}.autoStart\` to false`
  return { kind: 'again', event: 'signal-daemon-port-taken', pid: undefined, reason }
}
