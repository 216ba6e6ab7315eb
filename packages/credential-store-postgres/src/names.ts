import { isWholeText, NameRefused } from '@openclaw/credential-store/kit'
import { escapeIdentifier } from 'pg'
import { MAX_NAME_LENGTH } from './limits.ts'

/**
 * Everything that has a name in the database, qualified by its schema: no search_path is trusted. That goes for statements as a whole,
 * since whoever may create in a schema that is looked through can make what fits better than what the system has: functions
 * stand with `pg_catalog`, and operators between types for which the system has just that one (`/ 1000::float8`, not `/ 1000`).
 * `unnest` of several lists is syntax, and always the system's own.
 */
export interface SqlNames {
  /** As the options name it. */
  readonly schema: string
  /** The same, quoted. */
  readonly quoted: string
  readonly migrations: string
  readonly head: string
  readonly records: string
  readonly events: string
  readonly scopes: string
  readonly leases: string
  readonly replicas: string
  readonly notes: string
  readonly mail: string
  readonly marks: string
  /** Of notifications; plain text. */
  readonly channel: string
}

/** The names in `schema`; throws `ERR_STORE_NAME` unless it is `[a-z_][a-z0-9_]{0,47}`. */
export function sqlNames(schema: string): SqlNames {
  if (!/^[a-z_][a-z0-9_]{0,47}$/.test(schema) || schema.startsWith('pg_')) {
    throw new NameRefused(`${JSON.stringify(schema)} is not the name of a schema for a store`)
  }
  const quoted = escapeIdentifier(schema)
  return {
    schema,
    quoted,
    migrations: `${quoted}.migrations`,
    head: `${quoted}.head`,
    records: `${quoted}.records`,
    events: `${quoted}.events`,
    scopes: `${quoted}.scopes`,
    leases: `${quoted}.leases`,
    replicas: `${quoted}.replicas`,
    notes: `${quoted}.notes`,
    mail: `${quoted}.mail`,
    marks: `${quoted}.marks`,
    channel: `openclaw_${schema}`,
  }
}

/** Throws `ERR_STORE_NAME` for a scope or an action that a column of text cannot hold as it is. */
export function checkName(name: string, what: string): void {
  if (name.length > 0 && name.length <= MAX_NAME_LENGTH && isWholeText(name)) return
  throw new NameRefused(`the ${what} must be 1–${String(MAX_NAME_LENGTH)} characters of text`)
}
