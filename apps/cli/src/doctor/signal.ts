import type { Config, Environment } from '@openclaw/pairing-config'
import type { Finding } from './finding.ts'

/** Accounts for which the gateway is to start a signal-cli that is not there. A look: nothing is run. */
export async function signalFindings(
  { signal }: Pick<Config, 'signal'>,
  env: Environment,
): Promise<readonly Finding[]> {
  const started = signal.filter(({ enabled, daemon }) => enabled && daemon !== undefined)
  if (started.length === 0) return []
  const { findSignalCli } = await import('@openclaw/channel-signal/daemon')
  const findings = started.map(async ({ account, daemon, httpUrl = '' }) => {
    const { cliPath = '' } = daemon ?? {}
    const isThere = (await findSignalCli(cliPath, env)) !== undefined
    return isThere ? [] : [missingFinding({ account, cliPath, httpUrl })]
  })
  return (await Promise.all(findings)).flat()
}

interface Missing {
  readonly account: string
  readonly cliPath: string
  readonly httpUrl: string
}

function missingFinding({ account, cliPath, httpUrl }: Missing): Finding {
  const section = account === 'default' ? 'channels.signal' : `channels.signal.accounts.${account}`
  const where = cliPath.includes('/')
    ? 'is not there, is a folder, or cannot be run'
    : 'is not in the PATH'
  return {
    id: 'signal-cli',
    severity: 'warning',
    subject: `channels.signal (${account})`,
    problem: `${cliPath} ${where}, as seen from this terminal`,
    consequence: `a gateway does not connect to Signal for this account, unless a daemon of signal-cli answers at ${httpUrl}`,
    fix: `install signal-cli from https://github.com/AsamK/signal-cli/releases, or put its path into ${section}.cliPath, or the address of a daemon of yours into ${section}.httpUrl`,
  }
}
