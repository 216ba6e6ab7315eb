/** The fields of Meta's payloads that this package reads; anything may stand in them. */
export interface UnknownRecord {
  readonly [field: string]: unknown
  readonly object?: unknown
  readonly entry?: unknown
  readonly changes?: unknown
  readonly field?: unknown
  readonly value?: unknown
  readonly messaging_product?: unknown
  readonly metadata?: unknown
  readonly phone_number_id?: unknown
  readonly display_phone_number?: unknown
  readonly contacts?: unknown
  readonly messages?: unknown
  readonly statuses?: unknown
  readonly profile?: unknown
  readonly name?: unknown
  readonly username?: unknown
  readonly wa_id?: unknown
  readonly user_id?: unknown
  readonly from?: unknown
  readonly from_user_id?: unknown
  readonly group_id?: unknown
  readonly id?: unknown
  readonly timestamp?: unknown
  readonly type?: unknown
  readonly text?: unknown
  readonly body?: unknown
  readonly caption?: unknown
  readonly context?: unknown
  readonly forwarded?: unknown
  readonly frequently_forwarded?: unknown
  readonly errors?: unknown
  readonly error?: unknown
  readonly error_data?: unknown
  readonly details?: unknown
  readonly code?: unknown
  readonly cause?: unknown
  readonly message?: unknown
  readonly title?: unknown
  readonly status?: unknown
  readonly recipient_id?: unknown
  readonly recipient_user_id?: unknown
  readonly verified_name?: unknown
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** A list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
