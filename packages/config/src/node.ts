/**
 * The ports of `@openclaw/pairing-config`, filled from Node.
 *
 * @packageDocumentation
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import type { OtherOpenClawOptions } from './other-openclaw.ts'
import type { ConfigFiles, FileFacts, ProcessTable } from './ports.ts'

export {
  type Certificate,
  type CertificateProblem,
  type CertificateReading,
  readCertificate,
} from './node/certificate.ts'
export { type CertificateNotice, certificateNotice } from './node/certificate-age.ts'

export {
  type ListeningGateway,
  type SetupMachineOptions,
  setupMachine,
} from './node/setup-machine.ts'

/** The files of this machine. */
export function nodeFiles(): ConfigFiles {
  return {
    cwd: process.cwd(),
    osHome,
    join: (...parts) => join(...parts),
    resolve,
    dirname,
    separator: sep,
    stat: factsOf,
    read: readStart,
    realPath: (path) => realpathSync.native(path),
  }
}

/** This machine as {@link detectOtherOpenClaw} looks at it. */
export function nodeMachine(): Pick<
  OtherOpenClawOptions,
  'files' | 'processes' | 'tmpdir' | 'uid' | 'sha1'
> {
  return {
    files: nodeFiles(),
    processes: nodeProcesses(),
    tmpdir: os().tmpdir(),
    uid: process.getuid?.(),
    sha1,
  }
}

/** Modules that a command line seldom needs are loaded when they are used. */
function os(): typeof import('node:os') {
  return process.getBuiltinModule('node:os')
}

function sha1(text: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto')
  return createHash('sha1').update(text).digest('hex')
}

/** The processes of this machine. */
export function nodeProcesses(): ProcessTable {
  return { ownPid: process.pid, isAlive, startTime: (pid) => procStat(pid)?.startTime }
}

/** This machine's IPv4 address in the tailnet: the first one in 100.64.0.0/10. */
export function tailnetAddress(): string | undefined {
  const addresses = Object.values(os().networkInterfaces()).flatMap((each) => each ?? [])
  return addresses
    .map(({ address }) => address)
    .find((address) => /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+$/.test(address))
}

/** A container's user without an entry in the user database has no home. */
function osHome(): string | undefined {
  try {
    return os().homedir()
  } catch {
    return undefined
  }
}

function factsOf(path: string): FileFacts | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats !== undefined) return facts(stats)
  const link = lstatSync(path, { throwIfNoEntry: false })
  return link === undefined ? undefined : { ...facts(link), kind: 'other' }
}

function facts(stats: Stats): FileFacts {
  const { size, mtimeMs, mode, dev, ino, uid } = stats
  const hasModes = process.platform !== 'win32'
  const other = stats.isDirectory() ? 'directory' : 'other'
  return {
    kind: stats.isFile() ? 'file' : other,
    size,
    mtimeMs,
    identity: `${String(dev)}:${String(ino)}`,
    mode: hasModes ? mode & 0o777 : 0o600,
    uid: hasModes ? uid : undefined,
  }
}

/** Opened without waiting: a pipe at this path would never answer. */
function readStart(path: string, maxBytes: number): Uint8Array {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw Object.assign(new Error('not a regular file'), { code: 'EINVAL' })
    const bytes = new Uint8Array(Math.min(maxBytes, stats.size + 1))
    let length = 0
    for (let count = 1; count > 0 && length < bytes.length; length += count)
      count = readSync(file, bytes, length, bytes.length - length, null)
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return procStat(pid)?.state !== 'Z'
  } catch (error) {
    // Somebody else's process is alive as well.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The process's name stands in brackets and may hold anything: fields are counted after the last one. */
function procStat(pid: number): { readonly state: string; readonly startTime: number } | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const startTime = Number(fields[19])
    return Number.isFinite(startTime) ? { state: fields[0] ?? '', startTime } : undefined
  } catch {
    return undefined
  }
}
