import { plainText } from './rpc.ts'
import type { StreamEnd } from './stream.ts'

/** Why there is no stream, and what mends it. */
export interface Trouble {
  /** The name of its log line. */
  readonly event:
    | 'signal-unreachable'
    | 'signal-disconnected'
    | 'signal-refused'
    | 'signal-several-accounts'
  readonly reason: string
  /** Empty where waiting is all. */
  readonly fix: string
}

/** Whom the connection is to. */
export interface Daemon {
  readonly baseUrl: string
  /** The account's phone number, where it is configured. */
  readonly number: string | undefined
}

/** Several accounts in one daemon, and nobody said which. */
export function severalAccounts({ baseUrl }: Daemon): Trouble {
  return {
    event: 'signal-several-accounts',
    reason: `the signal-cli daemon at ${baseUrl} serves several accounts`,
    fix: 'set `channels.signal.account` to the number of the one that is meant',
  }
}

/** It gives messages to another account: it was started for that one alone, for it was asked for ours. */
export function otherAccount({ baseUrl, number = '' }: Daemon, got: string): string {
  return `the signal-cli daemon at ${baseUrl} is the one of ${got}: who writes to ${number} is not heard, and answers come from ${got}; give this account a daemon of its own, with \`channels.signal.httpPort\``
}

/** Says what the end of a stream means. */
export function troubleOf(daemon: Daemon, end: StreamEnd): Trouble {
  const { baseUrl } = daemon
  switch (end.kind) {
    case 'unreachable':
      return {
        event: 'signal-unreachable',
        reason: `no signal-cli daemon answers at ${baseUrl}: ${end.reason}`,
        fix: startCommand(daemon),
      }
    case 'lost':
      return { event: 'signal-disconnected', reason: end.reason, fix: '' }
    case 'refused':
      return { event: 'signal-refused', ...refusal(daemon, end) }
  }
}

function startCommand({ baseUrl, number }: Daemon): string {
  const { protocol, host } = new URL(baseUrl)
  if (protocol !== 'http:') return 'check that it runs, and the proxy before it'
  const address = host.includes(':', host.lastIndexOf(']')) ? host : `${host}:80`
  return `start it: signal-cli -a ${number ?? '<your number>'} daemon --http ${address} --receive-mode on-connection`
}

function refusal(
  { baseUrl, number }: Daemon,
  { status, reason }: Extract<StreamEnd, { kind: 'refused' }>,
): Pick<Trouble, 'reason' | 'fix'> {
  if (status === 400)
    return {
      reason:
        `the signal-cli daemon at ${baseUrl} does not know the account ${number ?? ''}`.trim(),
      fix: 'set `channels.signal.account` to a number that `signal-cli listAccounts` shows; `signal-cli link` adds this machine to an account',
    }
  if (status === 421)
    return {
      reason: `the signal-cli daemon at ${baseUrl} does not take this host name`,
      fix: "let the proxy pass the daemon's own host name on",
    }
  const said = status >= 500 ? `: ${plainText(reason)}` : ''
  return {
    reason: `${baseUrl} is no HTTP daemon of signal-cli (HTTP ${String(status)})${said}`,
    fix: 'check `channels.signal.httpUrl` or `.httpPort`, and that signal-cli is 0.11.5 or newer and was started with `daemon --http`',
  }
}
