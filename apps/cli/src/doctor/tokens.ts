import { askReadiness } from '../channels/ask.ts'
import type { RunningGateway } from '../people/gateway-runs.ts'
import type { Finding } from './finding.ts'

/** Findings that a token in the environment of the gateway makes groundless, by the account they are about. */
const TOKENS = new Set(['telegram-token', 'slack-token', 'discord-token'])

/** A variable that the gateway may have and this terminal lacks. */
const VARIABLE = /\b[A-Z]+_(?:BOT|APP)_TOKEN\b/

/** Leaves out tokens that only this terminal lacks: the gateway that runs here is connected with them. */
export async function withoutUnseenTokens(
  findings: readonly Finding[],
  gateway: RunningGateway | undefined,
): Promise<readonly Finding[]> {
  if (gateway === undefined || !findings.some(({ id }) => TOKENS.has(id))) return findings
  const reports = (await askReadiness(gateway)) ?? []
  const connected = new Set(
    reports
      .filter(({ state }) => state === 'connected')
      .map(({ channel, account }) => `channels.${channel} (${account})`),
  )
  return findings.filter(
    ({ id, subject, fix }) =>
      !TOKENS.has(id) || !VARIABLE.test(fix ?? '') || !connected.has(subject),
  )
}
