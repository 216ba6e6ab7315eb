import type { Config } from '@openclaw/pairing-config'
import { gatewayTokenPath } from './machine/gateway-token.ts'
import type { ChannelReport } from './readiness.ts'
import type { RunningGateway } from './types.ts'

type Shown = Pick<RunningGateway, 'url' | 'cli' | 'pairing' | 'tlsFingerprint'>

/** What a person reads at the start: where the chat is, and which command lets people in. */
export function banner(
  { url, cli, pairing, tlsFingerprint }: Shown,
  reports: readonly ChannelReport[],
  env: Environment,
): string {
  const config = pairing.config()
  const place = commandPlace(config, env)
  const chat = reports.some(({ channel }) => channel === 'webchat')
  const fingerprint = tlsFingerprint()
  const rows: readonly (readonly [string, string])[] = [
    ...(chat ? [['Web chat', `${url}/chat`] as const] : []),
    ['Who asks', `${place}${cli} pairing list`],
    ['Let in', `${place}${cli} pairing approve ${chat ? 'webchat' : '<channel>'} <CODE>`],
    ['Channels', channelsText(reports)],
    ['Devices', devicesText(config, url)],
    ['Waiting', `${place}${cli} devices list`],
    ...(fingerprint === undefined ? [] : tlsRows(config, url, fingerprint)),
    ['Agent', config.agent.kind],
    ['State', stateText(pairing)],
  ]
  const lines = rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`)
  return `\nOpenClaw gateway is running. Stop it with Ctrl-C.\n\n${lines.join('\n')}\n\n`
}

/** What is decided may stand elsewhere than what is this gateway's own. */
function stateText({ config, backend }: Shown['pairing']): string {
  const { stateDir } = config().paths
  return backend.kind === 'files' ? stateDir : `database ${backend.store.where}, and ${stateDir}`
}

/** Where devices connect, and where the secret is that they ask with; never the secret. */
function devicesText({ gateway, paths }: Config, url: string): string {
  const { auth, token, password } = gateway
  const isWritten = (auth === 'token' ? token : password) !== undefined
  const where = isWritten
    ? `the configured ${auth}`
    : `the token in ${gatewayTokenPath(paths.stateDir)}`
  return `${url.replace(/^http/, 'ws')} with ${where}`
}

/** What a node elsewhere pins, and what is typed there: a command of OpenClaw, not of ours. */
function tlsRows(
  { gateway: { host } }: Config,
  url: string,
  fingerprint: string,
): readonly (readonly [string, string])[] {
  const reached = host === '0.0.0.0' || host === '::' ? '<host>' : host
  const { port } = new URL(url)
  const where = `--host ${reached} --port ${port === '' ? '443' : port}`
  return [
    ['TLS', `SHA-256 fingerprint ${fingerprint}`],
    ['Node', `openclaw node run ${where} --tls --tls-fingerprint ${fingerprint}`],
  ]
}

const SETTLED: ReadonlySet<string> = new Set(['connected', 'standby', 'failed'])

/** No more than is known now; what comes of it stands in the log. */
function channelsText(reports: readonly ChannelReport[]): string {
  const named = (chosen: (state: string) => boolean): string =>
    reports
      .filter(({ state }) => chosen(state))
      .map(({ channel, account }) => (account === 'default' ? channel : `${channel} (${account})`))
      .join(', ')
  const groups = [
    ['', named((state) => state === 'connected')],
    ['connecting … ', named((state) => !SETTLED.has(state))],
    ['at another gateway: ', named((state) => state === 'standby')],
    ['failed, see the log: ', named((state) => state === 'failed')],
  ] as const
  const text = groups.flatMap(([title, names]) => (names === '' ? [] : [`${title}${names}`]))
  return text.length === 0 ? 'none' : text.join('; ')
}

type Environment = Readonly<Record<string, string | undefined>>

/** Variables that another terminal needs so that its command finds the same state. */
function commandPlace({ paths }: Config, env: Environment): string {
  if (paths.profile !== undefined || env['OPENCLAW_STATE_DIR'] === undefined) return ''
  return stateDirPrefix(paths.stateDir)
}

/** Names a state directory for one command; quoted where a shell needs it. */
export function stateDirPrefix(stateDir: string): string {
  const word = /^[\w@%+=:,./-]+$/.test(stateDir)
    ? stateDir
    : `'${stateDir.replaceAll("'", "'\\''")}'`
  return `OPENCLAW_STATE_DIR=${word} `
}
