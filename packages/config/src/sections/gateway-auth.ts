import { MIN_TOKEN_LENGTH } from '../limits.ts'
import { variable } from '../paths/home.ts'
import { warnSlips } from '../read/keys.ts'
import { below, type Node, readChoice, readObject, readText, WRONG, wrong } from '../read/node.ts'
import { isWord, readSecret } from '../read/secret.ts'
import type { GatewayConfig } from '../types.ts'

const MODES = ['token', 'password'] as const
const VARIABLES = {
  token: ['OPENCLAW_GATEWAY_TOKEN', 'CLAWDBOT_GATEWAY_TOKEN'],
  password: ['OPENCLAW_GATEWAY_PASSWORD', 'CLAWDBOT_GATEWAY_PASSWORD'],
} as const

type Mode = (typeof MODES)[number]

/** Reads `gateway.auth`: a password outranks a token unless `mode` says otherwise, as in OpenClaw. */
export function readAuth(gateway: Node): Pick<GatewayConfig, 'auth' | 'token' | 'password'> {
  const auth = below(gateway, 'auth')
  readObject(auth)
  warnSlips(auth, ['mode', 'token', 'password'], ['rateLimit', 'allowTailscale', 'trustedProxy'])
  const token = secretOf(gateway, 'token')
  const password = secretOf(gateway, 'password')
  const mode = readMode(below(auth, 'mode')) ?? (password === undefined ? 'token' : 'password')
  return { auth: mode, token, password }
}

function readMode(node: Node): Mode | undefined {
  const written = readText(node, 64)
  if (written === 'none')
    wrong(
      node,
      'would let every device ask for pairing',
      'Remove it: a secret is drawn at the first start where none is written.',
    )
  else if (written === 'trusted-proxy')
    wrong(node, 'is not built in', 'Write "token" or "password".')
  else if (written !== WRONG) {
    const mode = readChoice(node, MODES)
    return mode === WRONG ? undefined : mode
  }
  return undefined
}

/** As on the gateway's side of OpenClaw, the file outranks the environment. */
function secretOf(gateway: Node, kind: Mode): string | undefined {
  const node = below(below(gateway, 'auth'), kind)
  const written = readSecret(node)
  if (written === WRONG) return undefined
  const secret = written ?? fromEnvironment(gateway, kind)
  if (secret !== undefined && secret.length < MIN_TOKEN_LENGTH)
    node.report.warn(node.path, {
      problem: `has fewer than ${String(MIN_TOKEN_LENGTH)} characters`,
      fix: 'Use a longer random one: openssl rand -hex 24',
    })
  return secret
}

function fromEnvironment({ env, report }: Node, kind: Mode): string | undefined {
  const text = variable(env, ...VARIABLES[kind])
  if (text === undefined || isWord(text)) return text
  report.elsewhere({
    severity: 'error',
    file: 'environment',
    path: VARIABLES[kind][0],
    problem: `has blanks or other characters that no ${kind} may have`,
    fix: 'Use letters and digits: openssl rand -hex 24',
  })
  return undefined
}
