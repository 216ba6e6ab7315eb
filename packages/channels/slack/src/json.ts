/** The fields of Slack's payloads and of saved positions that this package reads; anything may stand in them. */
export interface UnknownRecord {
  readonly [field: string]: unknown
  readonly type?: unknown
  readonly subtype?: unknown
  readonly event?: unknown
  readonly event_id?: unknown
  readonly event_time?: unknown
  readonly team_id?: unknown
  readonly channel?: unknown
  readonly channel_type?: unknown
  readonly user?: unknown
  readonly text?: unknown
  readonly ts?: unknown
  readonly thread_ts?: unknown
  readonly client_msg_id?: unknown
  readonly attachments?: unknown
  readonly files?: unknown
  readonly profile?: unknown
  readonly display_name?: unknown
  readonly real_name?: unknown
  readonly is_bot?: unknown
  readonly name?: unknown
  readonly code?: unknown
  readonly cause?: unknown
  readonly data?: unknown
  readonly error?: unknown
  readonly message?: unknown
  readonly needed?: unknown
  readonly retryAfter?: unknown
  readonly statusCode?: unknown
  readonly original?: unknown
  readonly reason?: unknown
  readonly num_connections?: unknown
  readonly payload?: unknown
  readonly version?: unknown
  readonly team?: unknown
  readonly keys?: unknown
  readonly open?: unknown
  readonly url?: unknown
  readonly id?: unknown
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
