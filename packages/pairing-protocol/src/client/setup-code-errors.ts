import { OpenClawError } from '@openclaw/pairing-contracts'
import type { SetupCodeFault } from '../setup-payload.ts'

const NEW_ONE =
  'Ask for a new one: /pair in the chat with the bot, or openclaw qr where the gateway is.'

const FAULTS: Readonly<Record<SetupCodeFault, readonly [message: string, hint: string]>> = {
  empty: ['there is no setup code', NEW_ONE],
  'cut-off': [
    'the setup code lacks characters',
    'Copy the whole message that holds it, from its first character to its last.',
  ],
  'not-a-setup-code': ['this is no setup code', NEW_ONE],
  'no-url': ['the setup code does not say where the gateway is', NEW_ONE],
  'bad-url': [
    'the setup code names an address that is none: ws:// or wss://, a host, perhaps a port and a path',
    'Mend the address where the gateway is configured, then ask for a new one.',
  ],
  'no-secret': ['the setup code holds nothing to ask with', NEW_ONE],
  'too-long': ['this is longer than any setup code', NEW_ONE],
}

/** A text that is no setup code. Holds nothing of it: it may hold a secret. */
export class SetupCodeRefused extends OpenClawError {
  override readonly name = 'SetupCodeRefused'
  override readonly code = 'ERR_SETUP_CODE'
  readonly fault: SetupCodeFault
  constructor(fault: SetupCodeFault) {
    const [message, hint] = FAULTS[fault]
    super(message, { hint })
    this.fault = fault
  }
}
