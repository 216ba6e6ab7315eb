import type { JsonObject } from '@openclaw/pairing-contracts'
import { MAX_SCHEMA_LENGTH, MAX_URL_LENGTH } from '../limits.ts'
import { variable } from '../paths/home.ts'
import { warnUnknownKeys } from '../read/keys.ts'
import { below, type Node, type Read, readObject, readText, WRONG, wrong } from '../read/node.ts'
import { readSecretFile, type SecretFiles } from '../read/secret.ts'
import type { StoreConfig } from '../types.ts'

const VARIABLE = 'OPENCLAW_STORE_URL'
const KEYS = ['url', 'urlFile', 'listenUrl', 'schema']
const FIX =
  'Write postgres://user:password@host:5432/database, with special characters of the password percent-encoded.'

/**
 * Reads `store`: the database, or files where none is named. What is named and cannot be used is an error that stays one,
 * and so is a section without an address (a slip in its key): nothing falls back to files then, whose lists may be old.
 */
export function readStore(
  node: Node,
  { secrets, profile }: { readonly secrets: SecretFiles; readonly profile: string | undefined },
): StoreConfig {
  const section = readObject(node)
  warnUnknownKeys(node, KEYS)
  const url = section === WRONG ? WRONG : readUrl(node, secrets)
  if (url === undefined && isEmpty(section)) return { kind: 'files' }
  const listenUrl = checked(below(node, 'listenUrl'))
  const schema = readSchema(below(node, 'schema'), profile)
  if (url === WRONG || listenUrl === WRONG || schema === WRONG) return { kind: 'unusable' }
  if (url !== undefined) return { kind: 'postgres', url, listenUrl, schema }
  wrong(node, 'has settings of a database, and names none', `Set store.url or ${VARIABLE}.`)
  return { kind: 'unusable' }
}

function isEmpty(section: Read<JsonObject>): boolean {
  return section !== WRONG && Object.keys(section ?? {}).length === 0
}

/** The environment outranks the file: it is what differs from machine to machine. */
function readUrl(node: Node, secrets: SecretFiles): Read<string> {
  const given = variable(node.env, VARIABLE)
  if (given !== undefined) return fromEnvironment(node, given)
  const file = readSecretFile(below(node, 'urlFile'), secrets, 'address')
  const written = checked(below(node, 'url'))
  if (file === WRONG || file === undefined) return file ?? written
  if (written !== undefined)
    return wrong(below(node, 'urlFile'), 'stands beside url', 'Keep one of them.')
  if (isPostgresUrl(file.secret)) return file.secret
  return wrong(below(node, 'urlFile'), 'names a file without the address of a database', FIX)
}

function fromEnvironment({ report }: Node, text: string): Read<string> {
  if (isPostgresUrl(text)) return text
  const problem = 'is not the address of a database'
  report.elsewhere({
    severity: 'error',
    file: 'environment',
    path: VARIABLE,
    problem,
    fix: FIX,
  })
  return WRONG
}

function checked(node: Node): Read<string> {
  const text = readText(node, MAX_URL_LENGTH)
  if (text === undefined || text === WRONG || isPostgresUrl(text)) return text
  return wrong(node, 'is not the address of a database', FIX)
}

/** The rest is the driver's to understand, when it is used. */
function isPostgresUrl(text: string): boolean {
  return text.length <= MAX_URL_LENGTH && /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text)
}

/**
 * A profile stands apart from others, also where the environment names one database for all. Where another one would come to the
 * same name (`a_b` and `a-b`, `Work` and `work`) it has to be told: two that share a store let in each other's people.
 */
function readSchema(node: Node, profile: string | undefined): string | typeof WRONG {
  const text = readText(node, MAX_SCHEMA_LENGTH)
  if (text === WRONG) return WRONG
  if (text === undefined && profile !== undefined && /[A-Z_]/.test(profile)) {
    const problem = `is missing: profile ${profile} has capitals or _, and another may come to the same schema`
    return wrong(node, problem, 'Name a schema of this profile.')
  }
  const suffix = profile === undefined ? '' : `_${profile.replace(/-/g, '_')}`
  const name = text ?? `openclaw${suffix}`
  if (NAME.test(name) && name.length <= MAX_SCHEMA_LENGTH) return name
  const fix = 'Use at most 48 small letters, digits and _, such as openclaw; pg_ is taken.'
  return wrong(node, 'is no name of a schema', fix)
}

const NAME = /^(?!pg_)[a-z_][a-z0-9_]*$/
