import type { SqlNames } from './names.ts'

/** A step of the schema. It is never changed once it was published; what comes later is a step of its own. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly statements: (names: SqlNames) => readonly string[]
}

/**
 * Values are text, not json or jsonb: what was written comes back to the letter, whatever server it is (jsonb sorts keys,
 * bends numbers and refuses U+0000). Keys are compared as bytes (`COLLATE "C"`), whatever the database's language.
 */
const first: Migration = {
  version: 1,
  name: 'records, events and their chain',
  statements: ({ head, records, events, scopes }) => [
    `CREATE TABLE ${head} (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      store_id uuid NOT NULL,
      version integer NOT NULL,
      seq bigint NOT NULL DEFAULT 0,
      floor bigint NOT NULL DEFAULT 1
    ) WITH (fillfactor = 10)`,
    `CREATE TABLE ${records} (
      collection text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      long_key text COLLATE "C",
      value text NOT NULL,
      seq bigint NOT NULL,
      PRIMARY KEY (collection, key)
    )`,
    `CREATE TABLE ${events} (
      seq bigint PRIMARY KEY,
      txid uuid NOT NULL,
      time bigint NOT NULL,
      scope text COLLATE "C" NOT NULL,
      actor text NOT NULL,
      action text NOT NULL,
      changes text NOT NULL,
      detail text,
      prev text NOT NULL,
      hash text NOT NULL
    )`,
    `CREATE TABLE ${scopes} (
      scope text COLLATE "C" PRIMARY KEY,
      seq bigint NOT NULL,
      hash text NOT NULL,
      events bigint NOT NULL,
      start_seq bigint NOT NULL DEFAULT 0,
      start_hash text NOT NULL
    )`,
  ],
}

/** What only one process at a time may do; no part of the journal. */
const second: Migration = {
  version: 2,
  name: 'leases',
  statements: ({ leases }) => [
    `CREATE TABLE ${leases} (
      name text COLLATE "C" PRIMARY KEY,
      holder uuid NOT NULL,
      epoch bigint NOT NULL,
      until timestamptz NOT NULL,
      kept text
    ) WITH (fillfactor = 50)`,
  ],
}

/** Where a store was moved to: from then on nobody uses what is here. */
const movedStep: Migration = {
  version: 3,
  name: 'moved',
  statements: ({ head }) => [`ALTER TABLE ${head} ADD COLUMN moved text`],
}

/** All steps, in order. */
export const MIGRATIONS: readonly Migration[] = [first, second, movedStep]

/** The version that this program makes and understands. */
export const SCHEMA_VERSION: number = MIGRATIONS.length
