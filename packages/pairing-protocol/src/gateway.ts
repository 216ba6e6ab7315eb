import type { JsonObject } from '@openclaw/pairing-contracts'

/** Parameters of a method that has none. */
export type NoParams = Readonly<Record<string, never>>

/** Parameters of `health`. */
export interface HealthAsk {
  /** Look again instead of answering what was seen last. */
  readonly probe?: boolean
}

/** Result of `health` and payload of the event of that name, as far as every gateway has it. */
export interface HealthReport {
  readonly ok: boolean
  /** Milliseconds since 1970. */
  readonly ts: number
  readonly durationMs?: number
  readonly channels?: JsonObject
}

/** Payload of `tick`: the gateway lives. */
export interface Tick {
  readonly ts: number
}

/** Payload of `shutdown`: the gateway stops, and closes with 1012 next. */
export interface Shutdown {
  readonly reason: string
  /** When to expect it back; `null` where nobody knows. */
  readonly restartExpectedMs?: number | null
}

/** Payload of `voicewake.changed`. */
export interface VoiceWake {
  readonly triggers: readonly string[]
}
