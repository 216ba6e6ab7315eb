import type { CommandHint } from '@openclaw/pairing-contracts'

/** To everybody who is not an owner. */
export const NOT_AVAILABLE = 'This command is not available.'

/** In a group, whoever asks. */
export const NOT_IN_GROUPS = 'This command is not available here.'

/** To an owner who forwarded somebody else's words. */
export const PASSED_ON =
  'A command that was forwarded is not carried out. Write it yourself if you mean it.'

/** After a stop in the middle of a command. */
export const INTERRUPTED =
  'The assistant was restarted while it did this, and does nothing twice. This is how things stand:'

/** When an owner makes one code after another. */
export const TOO_MANY_CODES =
  'That were many codes in a short time. Wait a minute, then send /pair.'

/** When nobody waits. */
export const NOBODY_WAITS =
  'No device waits. Send /pair for a code, paste it into the device, and let it connect.'

/** All commands. */
export const HELP: string = [
  'Connect a device to this assistant:',
  '',
  '/pair: a code for the app of the device',
  '/pair qr: the same as a QR code',
  '/pair approve: shows the device that waits, then lets it in',
  '/pair approve 2: the same for one of several, by its number or id',
  '/pair reject 2: turns one away',
  '/pair status: who waits, and which code works',
  '/pair cancel: the code works no more',
].join('\n')

/** What an owner is offered while they type. */
export const HINTS: readonly CommandHint[] = [
  { name: 'pair', description: 'Connect a device to this assistant' },
]

/** A span in words that a person reads: `10 minutes`. */
export function minutes(ms: number): string {
  const count = Math.max(1, Math.round(ms / 60_000))
  return count === 1 ? '1 minute' : `${String(count)} minutes`
}

/** The same in few letters, as a card has it: `5 min`, `24 h`. */
export function span(ms: number): string {
  const count = Math.max(1, Math.round(ms / 60_000))
  return count < 120 ? `${String(count)} min` : `${String(Math.round(count / 60))} h`
}

/** `1 device`, `3 devices`. */
export function devicesIn(count: number): string {
  return count === 1 ? '1 device' : `${String(count)} devices`
}
