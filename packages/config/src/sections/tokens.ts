import type { AccountId } from '@openclaw/pairing-contracts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { variable } from '../paths/home.ts'
import type { Environment } from '../ports.ts'
import { below, type Node, WRONG } from '../read/node.ts'
import { spelled } from '../read/report.ts'
import { isWord, readSecret } from '../read/secret.ts'
import { accountsOf, type ChannelSection } from './channels.ts'

/** A token, and where it came from or where to put one. */
export interface Token {
  /** `undefined` where there is none that can be used. */
  readonly secret: string | undefined
  readonly source: string
}

/** Where the tokens of a channel may stand. */
export interface TokenPlaces {
  readonly keys: readonly string[]
  /** They count for the account `default` alone. */
  readonly variables: readonly string[]
}

/** Without a section, the environment alone can make an account. */
export function unnamedAccounts(
  env: Environment,
  { variables }: TokenPlaces,
): readonly AccountId[] {
  return variables.some((name) => variable(env, name) !== undefined) ? [DEFAULT_ACCOUNT] : []
}

/** What `accounts` names, or `default` where it names none; `default` too where the channel's own level has a token. */
export function namedAccounts(
  section: ChannelSection,
  { keys, variables }: TokenPlaces,
): readonly AccountId[] {
  const { node } = section.level
  const named = accountsOf(section)
  if (named.includes(DEFAULT_ACCOUNT)) return named
  if (keys.some((key) => below(node, key).value !== undefined)) return [DEFAULT_ACCOUNT, ...named]
  for (const path of variables) {
    if (variable(node.env, path) === undefined) continue
    node.report.elsewhere({
      severity: 'warning',
      file: 'environment',
      path,
      problem: 'is not used: it counts for the account "default", which is not configured',
      fix: `Add an empty account "default", or unset ${path}.`,
    })
  }
  return named
}

/** A token that is written at this level, also one that cannot be used; `undefined`: none is. */
export function tokenAt(node: Node, key: string): Token | undefined {
  const path = [...node.path, key]
  const text = readSecret(below(node, key))
  if (text === undefined) return undefined
  const source = `${spelled(path)} in ${node.report.fileOf(path)}`
  return { secret: text === WRONG ? undefined : text, source }
}

/** The variable of the environment that may hold a token, and what to do where it cannot be used. */
export interface TokenVariable {
  readonly name: string
  readonly fix?: string
}

/**
 * Where no level has a token: that of the environment, or where to put one.
 *
 * @param levels - nearest first
 */
export function tokenElsewhere(
  [nearest]: readonly Node[],
  key: string,
  from: TokenVariable | undefined,
): Token {
  const place = spelled([...(nearest?.path ?? []), key])
  if (from === undefined || nearest === undefined) return { secret: undefined, source: place }
  const { name, fix = 'Paste the token again.' } = from
  const secret = variable(nearest.env, name)
  if (secret === undefined) return { secret: undefined, source: `${place} or ${name}` }
  if (isWord(secret)) return { secret, source: name }
  nearest.report.elsewhere({
    severity: 'error',
    file: 'environment',
    path: name,
    problem: 'has blanks or other characters that no token has',
    fix,
  })
  return { secret: undefined, source: name }
}

/** The nearest level that names a token decides, also when that token cannot be read; then the environment. */
export function readToken(
  levels: readonly Node[],
  key: string,
  from: TokenVariable | undefined,
): Token {
  for (const node of levels) {
    const token = tokenAt(node, key)
    if (token !== undefined) return token
  }
  return tokenElsewhere(levels, key, from)
}
