import { OpenClawError } from '@openclaw/pairing-contracts'

/** Why an address is not used. */
export type UrlFault = 'not-a-url' | 'scheme' | 'credentials' | 'query' | 'plain-text'

const FAULTS: Readonly<Record<UrlFault, readonly [message: string, hint: string]>> = {
  'not-a-url': ['the address of the gateway is not a URL', 'Write it as wss://host:18789.'],
  scheme: [
    'the address of the gateway starts with neither wss:// nor ws://',
    'Write it as wss://host:18789, or ws://127.0.0.1:18789 on the same machine.',
  ],
  credentials: [
    'the address of the gateway holds a user name or password',
    'Leave them out of the address; give the secret as `auth`.',
  ],
  query: [
    'the address of the gateway goes on after the path',
    'Leave out what follows "?" or "#"; give secrets as `auth`.',
  ],
  'plain-text': [
    'the address is ws:// to a host that is not on a private network: anybody on the way could read and change what is said',
    'Use wss://, or a tunnel to 127.0.0.1; `allowInsecure: true` where something else protects the way, such as a VPN.',
  ],
}

/** An address that is none, or that would send secrets in clear. Does not hold the address: it may hold a secret. */
export class GatewayUrlRefused extends OpenClawError {
  override readonly name = 'GatewayUrlRefused'
  override readonly code = 'ERR_GATEWAY_URL'
  readonly fault: UrlFault
  constructor(fault: UrlFault) {
    const [message, hint] = FAULTS[fault]
    super(message, { hint })
    this.fault = fault
  }
}
