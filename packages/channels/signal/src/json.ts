/** The fields of events, answers and saved positions that this package reads; anything may stand in them. */
export interface UnknownRecord {
  readonly [field: string]: unknown
  readonly account?: unknown
  readonly attachments?: unknown
  readonly code?: unknown
  readonly contacts?: unknown
  readonly data?: unknown
  readonly dataMessage?: unknown
  readonly envelope?: unknown
  readonly error?: unknown
  readonly exception?: unknown
  readonly groupId?: unknown
  readonly groupInfo?: unknown
  readonly isExpirationUpdate?: unknown
  readonly keys?: unknown
  readonly lastEventId?: unknown
  readonly message?: unknown
  readonly pending?: unknown
  readonly response?: unknown
  readonly result?: unknown
  readonly results?: unknown
  readonly retryAfterSeconds?: unknown
  readonly root?: unknown
  readonly serverDeliveredTimestamp?: unknown
  readonly serverReceivedTimestamp?: unknown
  readonly sourceName?: unknown
  readonly sourceNumber?: unknown
  readonly sourceUuid?: unknown
  readonly timestamp?: unknown
  readonly token?: unknown
  readonly type?: unknown
  readonly version?: unknown
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for a positive whole number, as Signal's times in ms are. */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}

/** True for a daemon's number of an event: it goes back in a header. */
export function isEventId(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]{1,128}$/.test(value)
}
