import { askReadiness } from '../channels/ask.ts'
import type { RunningGateway } from '../people/gateway-runs.ts'
import type { Finding } from './finding.ts'

/** Findings that a token in the environment of the gateway makes groundless, by the account they are about. */
const TOKENS = new Set(['telegram-token', 'slack-token', 'discord-token'])

/** And programs that it has in its own path. */
const PROGRAMS = new Set(['imsg-not-found', 'signal-cli'])

/** A variable that the gateway may have and this terminal lacks. */
const VARIABLE = /\b[A-Z]+_(?:BOT|APP)_TOKEN\b/

/** Leaves out what only this terminal lacks: the gateway that runs here is connected with it. */
export async function withoutUnseen(
  findings: readonly Finding[],
  gateway: RunningGateway | undefined,
): Promise<readonly Finding[]> {
  if (gateway === undefined || !findings.some(mayBeUnseen)) return findings
  const reports = (await askReadiness(gateway))?.accounts ?? []
  const connected = new Set(
    reports
      .filter(({ state }) => state === 'connected')
      .map(({ channel, account }) => `channels.${channel} (${account})`),
  )
  return findings.filter((finding) => !mayBeUnseen(finding) || !connected.has(finding.subject))
}

const mayBeUnseen = ({ id, fix }: Finding): boolean =>
  PROGRAMS.has(id) || (TOKENS.has(id) && VARIABLE.test(fix))
