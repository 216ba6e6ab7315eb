import { below, type Node, type Read, readText, unset, WRONG, wrong } from '../read/node.ts'
import { readSecret, readSecretFile, type SecretFiles } from '../read/secret.ts'
import { readUrl } from '../read/url.ts'

/** Keys that every webhook of ours has. */
export const WEBHOOK_KEYS: readonly string[] = ['url', 'secret', 'secretEnv', 'secretFile']

/** Standard Webhooks: 24 to 64 random bytes. */
const SECRET_BYTES = [24, 64] as const

/** Where a webhook is, and what signs what goes there. */
export interface Webhook {
  readonly url: string
  readonly secret: string
}

/**
 * Reads `url` and the secret of a webhook; `undefined` where either is missing or cannot be used, which was reported.
 *
 * @param what - what the address takes, for the fix: `the messages`
 */
export function readWebhook(at: Node, secrets: SecretFiles, what: string): Webhook | undefined {
  const node = below(at, 'url')
  const url = readUrl(node)
  if (url === undefined) wrong(node, 'is missing', `Write the address that takes ${what}.`)
  const secret = readWebhookSecret(at, secrets)
  if (!(url instanceof URL) || typeof secret !== 'string') return undefined
  return { url: url.href, secret }
}

function readWebhookSecret(at: Node, secrets: SecretFiles): Read<string> {
  const node = below(at, 'secret')
  const written = readSecret(node)
  if (written === WRONG) return WRONG
  if (written !== undefined) return checkSecret(node, written)
  const inFile = below(at, 'secretFile')
  const found = readSecretFile(inFile, secrets, 'secret')
  if (found === WRONG) return WRONG
  if (found !== undefined) return checkSecret(inFile, found.secret)
  return readFromEnv(node, below(at, 'secretEnv'))
}

function readFromEnv(node: Node, named: Node): Read<string> {
  const name = readText(named, 128)
  if (name === WRONG) return WRONG
  if (name === undefined)
    return wrong(
      node,
      'is missing',
      'Write secret: "whsec_…", secretFile with a file that holds it, or secretEnv with a variable that has it.',
    )
  const value: unknown = named.env[name]
  if (typeof value !== 'string' || value.trim() === '')
    return unset(named, {
      problem: 'names an environment variable that is not set',
      fix: 'Set it to "whsec_…".',
    })
  return checkSecret(named, value.trim())
}

function checkSecret(node: Node, secret: string): Read<string> {
  const [least, most] = SECRET_BYTES
  const bytes = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1]
  const length = bytes === undefined ? 0 : Math.floor((bytes.replace(/=+$/, '').length * 3) / 4)
  if (length >= least && length <= most) return secret
  return wrong(
    node,
    `must be "whsec_" and ${String(least)} to ${String(most)} bytes in base64`,
    'Make one: echo "whsec_$(openssl rand -base64 32)"',
  )
}
