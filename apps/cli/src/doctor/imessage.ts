import type { Config, ConfigProblem, Environment } from '@openclaw/pairing-config'
import type { Finding } from './finding.ts'

type Account = Config['imessage'][number]

/** What the password of a server is complained about by; where it stands says the path. */
const PASSWORD = /^channels\.(?:bluebubbles|imessage)(?:\.accounts\.[^.]+)?\.password$/

const ofPassword = ({ problems }: Config): readonly ConfigProblem[] =>
  problems.filter(({ path }) => PASSWORD.test(path))

/** A missing password is told once, with what comes of it. */
export function isToldBetter(config: Config, { path, problem }: ConfigProblem): boolean {
  return PASSWORD.test(path) && problem === MISSING && serverFindings(config).length > 0
}

const MISSING = 'is missing'

/** Servers whose password nobody gave; one that cannot be used is told where it stands. */
export function serverFindings(config: Config): readonly Finding[] {
  const problems = ofPassword(config)
  if (problems.some(({ problem }) => problem !== MISSING)) return []
  return config.imessage
    .filter(({ enabled, bluebubbles }) => enabled && lacksPassword(bluebubbles))
    .map(({ account }, index) => serverFinding(account, problems[index]?.path))
}

const lacksPassword = (server: Account['bluebubbles']): boolean =>
  server !== undefined && server.password === undefined

function serverFinding(account: string, path = 'channels.bluebubbles.password'): Finding {
  return {
    id: 'bluebubbles-password',
    severity: 'warning',
    subject: `${path.replace(/(?:\.accounts\.[^.]+)?\.password$/, '')} (${account})`,
    problem: 'the password of the BlueBubbles server is not there or cannot be used',
    consequence: 'a gateway does not connect to iMessage for this account',
    fix: `copy it from the BlueBubbles app, under Settings → Connection, into ${path}`,
  }
}

/** Accounts whose imsg, or whose `ssh` to another Mac, would not be found. A look: nothing is run. */
export async function imsgFindings(
  { imessage }: Pick<Config, 'imessage'>,
  env: Environment,
): Promise<readonly Finding[]> {
  const started = imessage.filter(({ enabled, imsg }) => enabled && imsg !== undefined)
  if (started.length === 0) return []
  const { findImsg } = await import('@openclaw/channel-imessage/imsg')
  const looked = started.map(async ({ account, imsg = {} }) => {
    const { cliPath = 'imsg', remoteHost } = imsg
    const isThere =
      (await findImsg({ cliPath, ...(remoteHost && { remoteHost }) }, env)) !== undefined
    return isThere ? [] : [notFound(account, remoteHost === undefined ? cliPath : 'ssh')]
  })
  return (await Promise.all(looked)).flat()
}

function notFound(account: string, name: string): Finding {
  const isPath = name.includes('/')
  const install = isPath
    ? 'write where it is'
    : 'install it with “brew install steipete/tap/imsg”, or write where it is'
  return {
    id: 'imsg-not-found',
    severity: 'warning',
    subject: `channels.imessage (${account})`,
    problem: `${name} is not there or may not be executed, as seen from this terminal`,
    consequence:
      'a gateway does not connect to iMessage for this account, unless it finds it in its own PATH',
    fix:
      name === 'ssh'
        ? 'install an ssh client, or remove channels.imessage.remoteHost on the Mac itself'
        : `${install} in channels.imessage.cliPath; on no Mac, name the Mac in channels.imessage.remoteHost`,
  }
}
