/** How a gateway listens, as far as addresses for devices depend on it. */
export interface SetupGateway {
  /** The address that it listens on: `127.0.0.1`, `0.0.0.0`, `::`, or one of this machine. */
  readonly host: string
  readonly port: number
  /** `off`: the port speaks in clear; `not-made`: a certificate is made at the first start. */
  readonly tls: 'off' | 'not-made' | SetupCertificate
  /** True: it runs; false: it would listen so. */
  readonly runs: boolean
}

/** The certificate that devices meet. */
export interface SetupCertificate {
  /** SHA-256, 64 hex digits in lower case. */
  readonly fingerprint: string
  /** `itself`: made by the gateway, or signed by nobody else; devices have to be told its fingerprint. */
  readonly signedBy: 'itself' | 'an-authority'
}

/** What `tailscale status --json` came to. */
export type TailscaleStatus =
  | { readonly outcome: 'answered'; readonly text: string }
  /** `missing`: there is no such program; `slow`: no answer in time; `too-long`: more than anybody needs. */
  | { readonly outcome: 'missing' | 'slow' | 'too-long' }
  | { readonly outcome: 'failed'; readonly why: string }

/** What addresses for devices are found by. `setupMachine()` of `./node` is the real one. */
export interface SetupMachine {
  readonly gateway: SetupGateway
  /** IPv4 and IPv6 addresses of this machine that others may reach, the likeliest first. */
  readonly addresses: () => readonly string[]
  /** Asked only where `gateway.tailscale.mode` is `serve` or `funnel`. Takes 5 s at most, never rejects. */
  readonly tailscaleStatus: () => Promise<TailscaleStatus>
}

/** What somebody asked for besides the configuration. */
export interface SetupWish {
  /** An address that outranks all others: `--url`. */
  readonly url?: string
  /** `remote`: `gateway.remote.url` outranks Tailscale, and nothing else counts: `--remote` of 2026.2. */
  readonly order?: 'usual' | 'remote'
}

/** Where an address was found; a key of the configuration, or the option. */
export type SetupSource =
  | '--url'
  | 'plugins.entries.device-pair.config.publicUrl'
  | 'gateway.tailscale.mode=serve'
  | 'gateway.tailscale.mode=funnel'
  | 'gateway.remote.url'
  | 'gateway.bind=custom'
  | 'gateway.bind=tailnet'
  | 'gateway.bind=lan'

/** Addresses at which devices reach the gateway. */
export interface SetupUrls {
  readonly ok: true
  /** `ws(s)://host[:port][/path]`. */
  readonly url: string
  /** `url` and others that lead to the same place and are no less safe; at most 8. */
  readonly urls: readonly string[]
  readonly source: SetupSource
  /** The certificate to be trusted, where devices cannot know it otherwise; 64 hex digits. */
  readonly tlsFingerprint: string | undefined
  /** Sentences. Nothing of it stands in the way. */
  readonly warnings: readonly string[]
}

/** No address that a device could use. */
export interface NoSetupUrl {
  readonly ok: false
  /** After "no address for devices: ". */
  readonly problem: string
  /** Three ways out, a sentence each: an address by hand, Tailscale, this network. */
  readonly fixes: readonly string[]
  /** The file that the keys in them are written into. Not for strangers: it is a path of this machine. */
  readonly file: string
}
