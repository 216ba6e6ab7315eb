import { expandHome } from '../paths/home.ts'
import type { ConfigFiles } from '../ports.ts'
import { warnSlips } from '../read/keys.ts'
import { below, type Node, readFlag, readObject, readText, WRONG, wrong } from '../read/node.ts'
import { warnOpen } from '../read/secret.ts'
import type { GatewayTls } from '../types.ts'

/** Where the files of a certificate are looked for. */
export interface TlsPlaces {
  readonly files: ConfigFiles
  readonly home: string
  /** Relative names start here: the directory of the configuration. */
  readonly folder: string
  readonly stateDir: string
}

/**
 * Reads `gateway.tls`; `undefined`: the gateway speaks in clear. What cannot be used is an error, so that nothing is
 * started in clear where encryption was asked for.
 */
export function readTls(gateway: Node, places: TlsPlaces): GatewayTls | undefined {
  const tls = below(gateway, 'tls')
  readObject(tls)
  warnSlips(tls, ['enabled', 'autoGenerate', 'certPath', 'keyPath', 'caPath'])
  const enabled = readFlag(below(tls, 'enabled'))
  const autoGenerate = readFlag(below(tls, 'autoGenerate'))
  const [certPath, keyPath, caPath] = ['certPath', 'keyPath', 'caPath'].map((key) =>
    readPath(below(tls, key), places),
  )
  if (enabled !== true) return undefined
  if (keyPath !== undefined && certPath === undefined) lonely(tls, 'keyPath', 'certPath')
  if (certPath !== undefined && keyPath === undefined) lonely(tls, 'certPath', 'keyPath')
  if (certPath === undefined || keyPath === undefined) {
    return { ...defaultFiles(places), caPath, origin: autoGenerate === false ? 'own' : 'generated' }
  }
  warnIfOpen(below(tls, 'keyPath'), keyPath, places)
  return { certPath, keyPath, caPath, origin: 'own' }
}

function readPath(node: Node, { files, home, folder }: TlsPlaces): string | undefined {
  const named = readText(node, 4096)
  if (named === undefined || named === WRONG) return undefined
  return files.resolve(folder, expandHome(named, home))
}

/** As OpenClaw names them. */
function defaultFiles({ files, stateDir }: TlsPlaces): Pick<GatewayTls, 'certPath' | 'keyPath'> {
  const folder = files.join(stateDir, 'gateway', 'tls')
  return {
    certPath: files.join(folder, 'gateway-cert.pem'),
    keyPath: files.join(folder, 'gateway-key.pem'),
  }
}

/** A path that could not be read was reported already. */
function lonely(tls: Node, written: string, missing: string): void {
  if (below(tls, missing).value !== undefined) return
  wrong(
    below(tls, missing),
    `is missing beside ${written}: a certificate and its key belong together`,
    `Name the file as ${missing}, or remove ${written}: then a certificate is made.`,
  )
}

/** Whether the file is there and fits is the business of who serves it. */
function warnIfOpen(node: Node, file: string, { files }: TlsPlaces): void {
  try {
    const facts = files.stat(file)
    if (facts?.kind === 'file') warnOpen(node, file, facts)
  } catch {
    // Told with its reason when it is read.
  }
}
