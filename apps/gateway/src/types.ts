import type { NodePairing } from '@openclaw/pairing/node'
import type { AgentPort, ChannelLog } from '@openclaw/pairing-contracts'
import type { AgentFunction } from './agent/function-agent.ts'
import type { LineStream } from './log/writer.ts'
import type { Readiness } from './readiness.ts'

/** How a gateway is started. */
export interface GatewayOptions {
  /** The environment; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** As `--profile`; `dev` as `--dev`. */
  readonly profile?: string
  /** Outranks the configuration; 0: any free port. */
  readonly port?: number
  /** How commands begin in hints: `openclaw` unless given. */
  readonly program?: string
  /** Who answers approved messages, instead of the configured agent. */
  readonly agent?: AgentPort | AgentFunction
  /** Where log lines go; standard error unless given. */
  readonly logTo?: LineStream
  /** `info` unless given. */
  readonly logLevel?: 'debug' | 'info'
}

/** A gateway that listens. */
export interface RunningGateway {
  /** Such as `http://127.0.0.1:18789`, or with `https:` where `gateway.tls` is on. */
  readonly url: string
  /** SHA-256 of the certificate that is shown now, 64 hex digits in lower case; `undefined` without TLS. */
  readonly tlsFingerprint: () => string | undefined
  readonly port: number
  /** The pairing layer that it runs on, for an embedding program. */
  readonly pairing: NodePairing
  readonly log: ChannelLog
  readonly readiness: () => Promise<Readiness>
  /** How commands begin where the owner sits. */
  readonly cli: string
  /** Takes nothing new, finishes what is under way (10 s at most), ends channels and store. Safe to call twice. */
  readonly stop: () => Promise<void>
}
