import type { Config, Environment, Paths } from '@openclaw/pairing-config'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { readConfig } from '../config.ts'
import { pathsOf } from '../paths.ts'
import { type RunningGateway, runningGateway } from '../people/gateway-runs.ts'
import { examineCertificate, type ShownCertificate } from './certificate.ts'
import { configFindings } from './config.ts'
import type { Finding } from './finding.ts'
import { imsgFindings } from './imessage.ts'
import { permissionFindings } from './permissions.ts'
import { examineSetup, type SetupExam } from './setup-codes.ts'
import { signalFindings } from './signal.ts'
import { examineStore, type StoreExam } from './store.ts'
import { surroundingFindings } from './surroundings.ts'
import { withoutUnseen } from './tokens.ts'
import { libraryFindings } from './whatsapp.ts'

/** Everything that was looked at, and what was found. */
export interface Exam {
  readonly paths: Paths
  readonly gateway: Omit<RunningGateway, 'secret'> | undefined
  /** What the gateway shows, where `gateway.tls` is on. */
  readonly certificate: ShownCertificate | undefined
  /** Where a setup code would lead a device. */
  readonly setup: SetupExam['urls'] | undefined
  /** Transactions of the journal; `undefined`: it was not read. */
  readonly entries: StoreExam['entries']
  readonly store: KeptIn
  /** Where `pairing.events` names a receiver. */
  readonly events: StoreExam['events']
  readonly findings: readonly Finding[]
}

/** Where the state is. */
export interface KeptIn {
  readonly kind: Config['store']['kind']
  /** The database, where it could be opened. */
  readonly where?: string
  readonly schema?: string
}

/** Looks at everything; writes nothing. */
export async function examine(call: Call): Promise<Exam> {
  const { env } = call.world
  const paths = pathsOf(call)
  const configured = await examineConfig(call)
  const rights = await permissionFindings({
    stateDir: paths.stateDir,
    credentialsDir: paths.credentialsDir,
    files: [paths.configPath, paths.pairingConfigPath],
    lists: configured.config?.store.kind === 'postgres' ? 'in a database' : 'here',
  })
  const { config } = configured
  const store = config === undefined ? undefined : await examineStore(call, config, opener(call))
  const around =
    config === undefined ? [] : await surroundingFindings(config, { env, now: call.world.now() })
  const running = await runningGateway(paths.stateDir)
  const programs = config === undefined ? [] : await programFindings(config, env)
  const setup = config && (await examineSetup(config, running))
  const tls = config && examineCertificate(config, call.world.now())
  const findings = [
    ...(await withoutUnseen([...configured.findings, ...programs], running)),
    ...rights,
    ...(store?.findings ?? []),
    ...(tls?.findings ?? []),
    ...(setup?.findings ?? []),
    ...around,
  ]
  return {
    paths,
    gateway: withoutSecret(running),
    certificate: tls?.certificate,
    setup: setup?.urls,
    entries: store?.entries,
    store: keptIn(config, store),
    events: store?.events,
    findings: findings.sort((a, b) => RANK[a.severity] - RANK[b.severity]),
  }
}

function keptIn(config: Config | undefined, exam: StoreExam | undefined): KeptIn {
  const kept = config?.store
  if (kept?.kind !== 'postgres') return { kind: kept?.kind ?? 'unusable' }
  const { schema } = kept
  return { kind: 'postgres', schema, ...(exam?.where !== undefined && { where: exam.where }) }
}

/** What a channel needs on this machine and would not find. */
async function programFindings(config: Config, env: Environment): Promise<readonly Finding[]> {
  return [
    ...(await signalFindings(config, env)),
    ...(await imsgFindings(config, env)),
    ...(await libraryFindings(config)),
  ]
}

/** What is shown of it is passed around: without the secret that proves who can read the state directory. */
function withoutSecret(found: RunningGateway | undefined): Exam['gateway'] {
  if (found === undefined) return undefined
  const { secret: _, ...shown } = found
  return shown
}

const RANK: Readonly<Record<Finding['severity'], number>> = { error: 0, warning: 1, note: 2 }

function opener(call: Call) {
  return async (mode: 'read' | 'write') => {
    const { openPairing } = await import('../people/open.ts')
    const { env, program } = call.world
    const profile = call.profile === undefined ? {} : { profile: call.profile }
    const database = { by: 'command' } as const
    return openPairing({ env, mode, program, config: 'any', database, ...profile })
  }
}

async function examineConfig(
  call: Call,
): Promise<{ readonly config: Config | undefined; readonly findings: readonly Finding[] }> {
  try {
    const config = await readConfig(call)
    return { config, findings: configFindings(config) }
  } catch (error) {
    if (!isOpenClawError(error)) throw error
    return { config: undefined, findings: [unreadable(error)] }
  }
}

function unreadable(
  error: Error & { readonly code: string; readonly hint: string | undefined },
): Finding {
  return {
    id: error.code,
    severity: 'error',
    subject: 'file' in error && typeof error.file === 'string' ? error.file : 'configuration',
    problem: error.message,
    consequence: 'no command and no gateway works on this state until it can be read',
    fix: error.hint ?? 'mend the file',
  }
}
