/** The fields of events, answers and saved positions that this package reads; anything may stand in them. */
export interface UnknownRecord {
  readonly [field: string]: unknown
  readonly address?: unknown
  readonly associatedMessageGuid?: unknown
  readonly associatedMessageType?: unknown
  readonly attachments?: unknown
  readonly chats?: unknown
  readonly data?: unknown
  readonly dateCreated?: unknown
  readonly displayName?: unknown
  readonly error?: unknown
  readonly guid?: unknown
  readonly handle?: unknown
  readonly id?: unknown
  readonly isForward?: unknown
  readonly isFromMe?: unknown
  readonly itemType?: unknown
  readonly message?: unknown
  readonly service?: unknown
  readonly status?: unknown
  readonly style?: unknown
  readonly subject?: unknown
  readonly tempGuid?: unknown
  readonly text?: unknown
  readonly type?: unknown
  readonly url?: unknown
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for a positive whole number, as times in ms are. */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}
