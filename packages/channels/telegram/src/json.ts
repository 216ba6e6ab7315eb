/** The fields of updates and saved positions that this package reads; anything may stand in them. */
export interface UnknownRecord {
  readonly [field: string]: unknown
  readonly message?: unknown
  readonly message_id?: unknown
  readonly text?: unknown
  readonly update_id?: unknown
  readonly id?: unknown
  readonly is_bot?: unknown
  readonly username?: unknown
  readonly first_name?: unknown
  readonly last_name?: unknown
  readonly my_chat_member?: unknown
  readonly new_chat_member?: unknown
  readonly chat?: unknown
  readonly from?: unknown
  readonly date?: unknown
  readonly type?: unknown
  readonly status?: unknown
  readonly keys?: unknown
  readonly passed?: unknown
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for a positive whole number, as ids of people and messages are. */
export function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}
