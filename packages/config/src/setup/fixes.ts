/** What a fix is worded by. */
export interface FixFacts {
  readonly port: number
  /** Whether the port speaks TLS. */
  readonly tls: 'off' | 'on'
  /** Whether there is one, without which no gateway is opened to a network. */
  readonly secret: 'set' | 'not-set'
  /** In place of the usual way by Tailscale. */
  readonly tailscale?: string | undefined
  /** In place of the usual way in this network. */
  readonly network?: string | undefined
  /** In place of the usual way by hand. */
  readonly byHand?: string | undefined
}

/** The three ways to an address for devices: by hand, by Tailscale, in this network. */
export function waysOut({ port, tls, secret, ...own }: FixFacts): readonly string[] {
  const opened =
    secret === 'set'
      ? 'gateway.bind: "lan" and gateway.tls.enabled: true'
      : 'gateway.bind: "lan", gateway.tls.enabled: true and a long random gateway.auth.token'
  const target = tls === 'on' ? `https+insecure://localhost:${String(port)}` : String(port)
  return [
    own.byHand ??
      'Write the address at which devices reach this gateway: plugins.entries.device-pair.config.publicUrl: "wss://gateway.example.org"',
    own.tailscale ??
      `Let Tailscale pass it on: tailscale serve --bg ${target}, then write gateway.tailscale.mode: "serve" and gateway.trustedProxies: ["127.0.0.1"]`,
    own.network ?? `Open it to this network: write ${opened}, and start the gateway again`,
  ]
}
