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

/**
 * Who lives, what they say of themselves, and what they send each other; no part of the journal. Not logged: a server that crashes
 * empties them, and whoever lives comes back by itself. Bodies are large or short-lived: packing them costs more than it saves.
 */
const third: Migration = {
  version: 3,
  name: 'replicas, their notes and their mail',
  statements: ({ replicas, notes, mail }) => [
    `CREATE UNLOGGED TABLE ${replicas} (
      id uuid PRIMARY KEY,
      until timestamptz NOT NULL,
      version bigint NOT NULL DEFAULT 0,
      floor bigint NOT NULL DEFAULT 0
    ) WITH (fillfactor = 50)`,
    `CREATE UNLOGGED TABLE ${notes} (
      replica uuid NOT NULL,
      key text COLLATE "C" NOT NULL,
      value text,
      version bigint NOT NULL,
      PRIMARY KEY (replica, key)
    )`,
    `CREATE INDEX ON ${notes} (replica, version)`,
    `CREATE UNLOGGED TABLE ${mail} (
      recipient uuid NOT NULL,
      sender uuid NOT NULL,
      number bigint NOT NULL,
      what text NOT NULL,
      kind text NOT NULL,
      question bigint,
      until timestamptz NOT NULL,
      size integer NOT NULL,
      body text NOT NULL,
      PRIMARY KEY (recipient, sender, number)
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`,
    `ALTER TABLE ${mail} ALTER COLUMN body SET STORAGE EXTERNAL`,
  ],
}

/**
 * What was handled already; no part of the journal. A mark keeps its first time, so that noting how far it came touches no index.
 * `attempt` tells one that landed though its answer was lost from another's.
 */
const fourth: Migration = {
  version: 4,
  name: 'marks',
  statements: ({ marks }) => [
    `CREATE TABLE ${marks} (
      name text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      stage text NOT NULL,
      replica uuid NOT NULL,
      epoch bigint NOT NULL,
      at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
      attempt uuid NOT NULL,
      PRIMARY KEY (name, key)
    ) WITH (fillfactor = 70)`,
    `CREATE INDEX ON ${marks} (at)`,
  ],
}

/** Where a store was moved to: from then on nobody uses what is here. */
const fifth: Migration = {
  version: 5,
  name: 'moved',
  statements: ({ head }) => [`ALTER TABLE ${head} ADD COLUMN moved text`],
}

/** All steps, in order. */
export const MIGRATIONS: readonly Migration[] = [first, second, third, fourth, fifth]

/** The version that this program makes and understands. */
export const SCHEMA_VERSION: number = MIGRATIONS.length
