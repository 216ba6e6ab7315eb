import type { NetworkInterfaceInfo } from 'node:os'
import type { ConfigFiles } from '../ports.ts'
import type { SetupCertificate, SetupGateway, SetupMachine } from '../setup/types.ts'
import type { Config } from '../types.ts'
import { readCertificate } from './certificate.ts'
import { tailscaleStatus } from './tailscale.ts'

/** How a gateway that runs listens, as `gateway.runtime.json` has it. */
export interface ListeningGateway {
  readonly host: string
  readonly port: number
  /** SHA-256 of the certificate that it shows; `undefined`: it speaks in clear. */
  readonly tlsFingerprint: string | undefined
}

/** What {@link setupMachine} looks at besides this machine. */
export interface SetupMachineOptions {
  readonly config: Pick<Config, 'gateway'>
  readonly files: ConfigFiles
  /** The gateway that runs; `undefined`: none, and what is configured counts. */
  readonly running: ListeningGateway | undefined
}

/** This machine as `setupUrlsOf` looks at it. */
export function setupMachine({ config, files, running }: SetupMachineOptions): SetupMachine {
  const { host, port } = running ?? config.gateway
  return {
    gateway: { host, port, tls: tlsOf(config, files, running), runs: running !== undefined },
    addresses: machineAddresses,
    tailscaleStatus,
  }
}

function tlsOf(
  { gateway: { tls } }: Pick<Config, 'gateway'>,
  files: ConfigFiles,
  running: ListeningGateway | undefined,
): SetupGateway['tls'] {
  const reading = tls && readCertificate(tls, files)
  const onDisk = reading?.kind === 'usable' ? shown(reading.certificate) : undefined
  if (running === undefined) return tls === undefined ? 'off' : (onDisk ?? 'not-made')
  const { tlsFingerprint } = running
  if (tlsFingerprint === undefined) return 'off'
  // Of a certificate that went nothing is known but this: to tell its fingerprint can do no harm.
  const unknown: SetupCertificate = { fingerprint: tlsFingerprint, signedBy: 'itself' }
  return onDisk?.fingerprint === tlsFingerprint ? onDisk : unknown
}

/** Without the key. */
function shown({ fingerprint, signedBy }: SetupCertificate): SetupCertificate {
  return { fingerprint, signedBy }
}

/** Bridges of containers and virtual machines: nobody outside of this machine gets there. */
const INNER =
  /^(?:docker|br-[\da-f]{12}|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|bridge|awdl|llw)/

function machineAddresses(): readonly string[] {
  const all = Object.entries(process.getBuiltinModule('node:os').networkInterfaces())
  const usual = all.filter(([name]) => !INNER.test(name))
  return usual.flatMap(([, list = []]) => list.filter(isReachable).map(({ address }) => address))
}

/** A link-local address of IPv6 means nothing without its zone, which no URL has. */
function isReachable({ internal, address }: NetworkInterfaceInfo): boolean {
  return !internal && !/^fe[89ab][\da-f]:/i.test(address)
}
