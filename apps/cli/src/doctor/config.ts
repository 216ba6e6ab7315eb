import { chmod } from 'node:fs/promises'
import {
  type AccountConfig,
  type Config,
  type ConfigProblem,
  missingToConnect,
  missingTokens,
} from '@openclaw/pairing-config'
import type { Finding } from './finding.ts'
import { isToldBetter, serverFindings } from './imessage.ts'
import { cloudFinding, linkFinding } from './whatsapp.ts'

/** What is wrong in the configuration, or a policy that may not be meant. */
export function configFindings(config: Config): readonly Finding[] {
  return [
    ...config.problems.filter((each) => !isToldBetter(config, each)).map(problemFinding),
    ...config.accounts.filter((account) => isJudged(config, account)).flatMap(policyFindings),
    ...tokenFindings(config),
    ...serverFindings(config),
    ...[...config.signal, ...config.imessage].flatMap((account) => nowhereFinding(config, account)),
    ...config.whatsapp.filter(({ enabled }) => enabled).flatMap(cloudFinding),
    ...config.whatsapp.filter(({ enabled }) => enabled).flatMap(linkFinding),
    ...ownKeyFinding(config),
  ]
}

/** Where the policy itself is wrong, what stands in its place is no decision of the owner. */
function isJudged({ problems }: Config, account: AccountConfig): boolean {
  const errors = problems.filter(({ severity }) => severity === 'error')
  return account.enabled && !errors.some(({ path }) => path.startsWith(`${sectionOf(account)}.`))
}

/** Where its policy stands: a channel may be written about under another name, as iMessage is under `bluebubbles`. */
function sectionOf({ channel, policy }: AccountConfig): string {
  return /^channels\.[^.\s[]+/.exec(policy.allowFromSource)?.[0] ?? `channels.${channel}`
}

function problemFinding(found: ConfigProblem): Finding {
  const { severity, file, path, problem, fix } = found
  if (found.missing === 'variable') return unseenFinding(found)
  return {
    id: 'config',
    severity,
    subject: `${file}: ${path}`,
    problem,
    consequence:
      severity === 'error'
        ? 'the gateway does not start with it, and nobody new is let in'
        : problem.startsWith('has no effect')
          ? 'what was meant with it does not come about'
          : 'it has no effect, or not the one you may expect',
    fix,
    ...modeRepair(fix),
  }
}

/** The gateway may have been started with it, such as by a service manager. */
function unseenFinding({ file, path, problem, fix }: ConfigProblem): Finding {
  return {
    id: 'config',
    severity: 'warning',
    subject: `${file}: ${path}`,
    problem: `${problem}, as seen from this terminal`,
    consequence:
      'a gateway does not start with it, unless it has the variable in its own environment',
    fix,
  }
}

/** A token file that others may read: the one configuration problem that needs no decision. */
function modeRepair(fix: string): Pick<Finding, 'repair'> {
  const file = /^chmod 600 (\/.+)$/.exec(fix)?.[1]
  return file === undefined ? {} : { repair: { what: fix, run: () => chmod(file, 0o600) } }
}

function policyFindings(configured: AccountConfig): readonly Finding[] {
  const { account, policy } = configured
  const subject = `${sectionOf(configured)}${account === 'default' ? '' : `.accounts.${account}`}`
  const found = (problem: string, consequence: string, fix: string): readonly Finding[] => [
    { id: 'policy', severity: 'warning', subject, problem, consequence, fix },
  ]
  if (policy.policy === 'open') {
    return found(
      'the policy is “open”',
      'everybody who finds the bot may use your assistant',
      'set dmPolicy to “pairing”, and approve people with: openclaw pairing list',
    )
  }
  if (policy.policy === 'allowlist' && policy.allowFrom.length + policy.owners.length === 0) {
    return found(
      'the policy is “allowlist”, and the list is empty',
      'nobody can write to the assistant, and nobody can ask',
      `add ids to ${policy.allowFromSource}, or set dmPolicy to “pairing”`,
    )
  }
  return []
}

/** What a channel whose tokens are missing is called, and how its finding is. */
const TOKEN_CHANNELS = [
  ['telegram', 'Telegram', 'there is no bot token that can be used', 'one'],
  ['slack', 'Slack', 'a token that it needs is not there or cannot be used', 'both'],
  ['discord', 'Discord', 'there is no bot token that can be used', 'one'],
] as const

/** Keys without which a token counts for nothing, and all. */
const TOKEN_KEYS = /(?:token|tokenFile|signingSecret|proxy)$/i
const ANY_KEY = /$/

/** What is written and cannot be understood is no more than that: it is not missing. */
function isToldAlready(
  { problems }: Config,
  { channel, account }: AccountConfig,
  keys: RegExp,
): boolean {
  const section = `channels.${channel}.`
  return problems.some(({ severity, path }) => {
    if (severity !== 'error' || !path.startsWith(section) || !keys.test(path)) return false
    const [level, name] = path.slice(section.length).split('.')
    return level !== 'accounts' || name === account
  })
}

function tokenFindings(config: Config): readonly Finding[] {
  return TOKEN_CHANNELS.flatMap(([channel, name, problem, many]) =>
    config[channel].flatMap((account): readonly Finding[] => {
      const isAsked = account.enabled && !isToldAlready(config, account, TOKEN_KEYS)
      const fix = isAsked ? missingTokens(config, account) : undefined
      if (fix === undefined) return []
      return [
        {
          id: `${channel}-token`,
          severity: 'warning',
          subject: `channels.${channel} (${account.account})`,
          problem: `${problem}, as seen from this terminal`,
          consequence: `a gateway does not connect to ${name} for this account, unless it has ${many} in its own environment`,
          fix,
        },
      ]
    }),
  )
}

/** A policy alone does not say where the other side is. */
function nowhereFinding(config: Config, account: AccountConfig): readonly Finding[] {
  const isAsked = account.enabled && !isToldAlready(config, account, ANY_KEY)
  const missing = isAsked ? missingToConnect(config, account) : undefined
  if (missing === undefined) return []
  const [problem, fix] = missing.split('; ')
  return [
    {
      id: 'channel-nowhere',
      severity: 'warning',
      subject: `channels.${account.channel} (${account.account})`,
      problem: problem ?? missing,
      consequence: 'a gateway does not connect it',
      fix: fix ?? missing,
    },
  ]
}

/** OpenClaw 2026.2 refuses a file with keys that it does not know. */
function ownKeyFinding({ ownKeys, paths }: Config): readonly Finding[] {
  const [first] = ownKeys
  if (first === undefined) return []
  const keys = ownKeys.map(({ path }) => path).join(', ')
  return [
    {
      id: 'own-keys',
      severity: 'note',
      subject: first.file,
      problem: `it has keys that only this program knows: ${keys}`,
      consequence: 'OpenClaw 2026.2 refuses the file, should you ever run it with this directory',
      fix: `move them to ${paths.pairingConfigPath}, which has the same structure`,
    },
  ]
}
