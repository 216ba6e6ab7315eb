import { OpenClawError } from '@openclaw/pairing-contracts'

/** The connection string cannot be used. It is not repeated: it holds the password. */
export class StoreUrlRefused extends OpenClawError {
  override readonly name = 'StoreUrlRefused'
  override readonly code = 'ERR_STORE_URL'
  constructor(why: string) {
    super(`the connection string of the store cannot be used: ${why}`, {
      hint: 'write it as postgres://user:password@host:5432/database?sslmode=verify-full, with special characters percent-encoded',
    })
  }
}

/** The server cannot be reached, or went away. What had not been committed did not land. */
export class StoreUnreachable extends OpenClawError {
  override readonly name = 'StoreUnreachable'
  override readonly code = 'ERR_STORE_UNREACHABLE'
  constructor(where: string, why: string) {
    super(`the database at ${where} cannot be reached: ${why}`, {
      hint: 'check that it runs, its address and port, and what stands between',
    })
  }
}

/** The server does not take as many connections. */
export class StoreConnections extends OpenClawError {
  override readonly name = 'StoreConnections'
  override readonly code = 'ERR_STORE_CONNECTIONS'
  constructor(where: string) {
    super(`the database at ${where} takes no more connections`, {
      hint: 'each gateway needs seven: raise max_connections, or put PgBouncer in front',
    })
  }
}

/** User or password are wrong, or this user may not connect from here. */
export class StoreLogin extends OpenClawError {
  override readonly name = 'StoreLogin'
  override readonly code = 'ERR_STORE_LOGIN'
  constructor(where: string) {
    super(`the database at ${where} refuses this user or password`, {
      hint: 'check both in the connection string (or PGUSER and PGPASSWORD), and pg_hba.conf of the server',
    })
  }
}

/** The encrypted connection could not be made as `sslmode` wants it. */
export class StoreTls extends OpenClawError {
  override readonly name = 'StoreTls'
  override readonly code = 'ERR_STORE_TLS'
  constructor(where: string, why: string) {
    super(`no trusted connection to the database at ${where}: ${why}`, {
      hint: 'name the authority with sslrootcert=<file>, the host as its certificate does, or sslmode=disable on a network of your own',
    })
  }
}

/** As SQL names it: quoted, unless it is a plain name. */
function databaseOf(where: string): string {
  const name = /:\d+\/(.+)$/s.exec(where)?.[1] ?? 'openclaw'
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** There is no such database on the server. */
export class DatabaseMissing extends OpenClawError {
  override readonly name = 'DatabaseMissing'
  override readonly code = 'ERR_STORE_DATABASE_MISSING'
  constructor(where: string) {
    super(`the server has no database ${where}`, {
      hint: `create it: CREATE DATABASE ${databaseOf(where)} ENCODING 'UTF8' TEMPLATE template0, or name another one at the end of the connection string`,
    })
  }
}

/** The user lacks a right that the store needs. Nothing was changed. */
export class StoreRights extends OpenClawError {
  override readonly name = 'StoreRights'
  override readonly code = 'ERR_STORE_RIGHTS'
  constructor(where: string) {
    super(`the user of the store lacks a right at ${where}`, {
      hint: 'let the owner of the database or of the schema be its user, or give it the GRANTs that the README of @openclaw/credential-store-postgres lists (Rights)',
    })
  }
}

/** The server's disk is full. Nothing of the refused transaction landed. */
export class StoreDiskFull extends OpenClawError {
  override readonly name = 'StoreDiskFull'
  override readonly code = 'ERR_STORE_DISK_FULL'
  constructor(where: string) {
    super(`the disk of the database at ${where} is full; nothing was changed`, {
      hint: 'free some space on the server and try again',
    })
  }
}

/** The server undid the transaction because of another one. Nothing landed. */
export class StoreConflict extends OpenClawError {
  override readonly name = 'StoreConflict'
  override readonly code = 'ERR_STORE_CONFLICT'
  constructor(where: string) {
    super(`the database at ${where} undid the transaction because of another one`, {
      hint: 'try again',
    })
  }
}

/** The server refused a statement for another reason. Its text is left out: it may quote what was written. */
export class StoreServerRefused extends OpenClawError {
  override readonly name = 'StoreServerRefused'
  override readonly code = 'ERR_STORE_SERVER'
  /** Five characters, see "PostgreSQL Error Codes" of its manual. */
  readonly sqlState: string
  constructor(where: string, sqlState: string) {
    super(`the database at ${where} refused a statement (SQLSTATE ${sqlState})`, {
      hint: 'the log of the server has the details',
    })
    this.sqlState = sqlState
  }
}
