import { OpenClawError } from '@openclaw/pairing-contracts'

const OTHER_PROGRAM =
  'only OpenClaw may write these tables; run `openclaw audit verify`, then try again'

/** The database could not confirm in time that nothing newer exists. Nothing is answered from what may be old. */
export class StoreStale extends OpenClawError {
  override readonly name = 'StoreStale'
  override readonly code = 'ERR_STORE_STALE'
  /** How long ago the state was known, in ms. */
  readonly ageMs: number
  constructor(ageMs: number, why?: string) {
    super(
      `the database has not confirmed the state for ${String(Math.round(ageMs))} ms${why === undefined ? '' : `: ${why}`}`,
      { hint: 'check that the database can be reached from here; this mends itself when it can' },
    )
    this.ageMs = ageMs
  }
}

/** The database is another one than before, or went back in time (a backup was put back). */
export class StoreReplaced extends OpenClawError {
  override readonly name = 'StoreReplaced'
  override readonly code = 'ERR_STORE_REPLACED'
  constructor(why: string) {
    super(`the database does not continue the state in use: ${why}`, {
      hint: 'if you restored a backup on purpose, restart every gateway that uses it',
    })
  }
}

/** The server is a standby or only answers reads. Who may come in is never read from one. */
export class StoreStandby extends OpenClawError {
  override readonly name = 'StoreStandby'
  override readonly code = 'ERR_STORE_STANDBY'
  constructor(where: string) {
    super(`${where} is a standby or takes no writes`, {
      hint: 'name the primary server (behind several: an address that always leads to it)',
    })
  }
}

/** The tables were made by a newer version. Nothing was read or written. */
export class SchemaNewer extends OpenClawError {
  override readonly name = 'SchemaNewer'
  override readonly code = 'ERR_STORE_SCHEMA_NEWER'
  constructor(schema: string, found: number, known: number) {
    super(
      `schema ${schema} is of version ${String(found)}; this program knows ${String(known)} at most`,
      { hint: 'update OpenClaw on this machine to the version that the others run' },
    )
  }
}

/** The schema holds something else than this program makes. Nothing was changed. */
export class SchemaUnknown extends OpenClawError {
  override readonly name = 'SchemaUnknown'
  override readonly code = 'ERR_STORE_SCHEMA_UNKNOWN'
  constructor(schema: string, why: string) {
    super(`schema ${schema} is not one of OpenClaw: ${why}`, {
      hint: 'name another schema, or put the database back from a backup',
    })
  }
}

/** A row is not what the journal says: somebody else wrote it. Nothing of the transaction landed. */
export class StoreChangedOutside extends OpenClawError {
  override readonly name = 'StoreChangedOutside'
  override readonly code = 'ERR_STORE_CHANGED_OUTSIDE'
  constructor(where: string) {
    super(`rows at ${where} were changed by another program; nothing was written`, {
      hint: OTHER_PROGRAM,
    })
  }
}

/** The connection broke while the server committed, and it could not be asked in time whether it did. */
export class OutcomeUnknown extends OpenClawError {
  override readonly name = 'OutcomeUnknown'
  override readonly code = 'ERR_STORE_OUTCOME_UNKNOWN'
  /** Number that the transaction has if it landed. */
  readonly seq: number
  /** What it is called in the table of events. */
  readonly txid: string
  constructor(place: { readonly seq: number; readonly txid: string; readonly events: string }) {
    const { seq, txid, events } = place
    super(`the server was lost while it committed transaction ${txid}; it may have landed`, {
      hint: `when the server is back: SELECT seq FROM ${events} WHERE seq = ${String(seq)} AND txid = '${txid}'; one row means that it landed`,
    })
    this.seq = seq
    this.txid = txid
  }
}

/** Others held the store up for too long. Nothing was changed. */
export class StoreBusy extends OpenClawError {
  override readonly name = 'StoreBusy'
  override readonly code = 'ERR_STORE_BUSY'
  constructor(where: string, why: string) {
    super(`${where}: ${why}; nothing was changed`, {
      hint: 'try again; if it goes on, look in pg_stat_activity who holds a lock',
    })
  }
}

/** This store does not keep that collection in memory. */
export class CollectionNotHeld extends OpenClawError {
  override readonly name = 'CollectionNotHeld'
  override readonly code = 'ERR_STORE_NOT_HELD'
  constructor(collection: string) {
    super(`${collection} is not kept in memory by this store`, {
      hint: "name it in `hold` when the store is opened, or leave `hold` at 'all'",
    })
  }
}

/** An entry of the journal cannot be read. Not the same as empty: views answer nothing. */
export class EventDamaged extends OpenClawError {
  override readonly name = 'EventDamaged'
  override readonly code = 'ERR_STORE_EVENT_DAMAGED'
  readonly seq: number
  constructor(seq: number, why: string) {
    super(`event ${String(seq)} of the journal cannot be read: ${why}`, {
      hint: 'put the database back from a backup; `openclaw audit verify` lists what is damaged',
    })
    this.seq = seq
  }
}

/** Another process has the lease now. What was to be kept beside it is not. */
export class LeaseOver extends OpenClawError {
  override readonly name = 'LeaseOver'
  override readonly code = 'ERR_STORE_LEASE_OVER'
  constructor(lease: string) {
    super(`the lease ${JSON.stringify(lease)} is another's now`, {
      hint: 'stop what it was for, and take it again',
    })
  }
}

/** Another replica began what the mark stands for, or took it over. Nothing was noted. */
export class MarkOver extends OpenClawError {
  override readonly name = 'MarkOver'
  override readonly code = 'ERR_STORE_MARK_OVER'
  constructor(name: string) {
    super(`a mark of ${JSON.stringify(name)} is another replica's now`, {
      hint: 'stop what it was for; the other one goes on with it',
    })
  }
}
