import type { JsonObject } from '@openclaw/pairing-contracts'
import * as z from 'zod'
import { type Check, checker } from './check.ts'
import type { HealthAsk, HealthReport, NoParams, Shutdown, Tick, VoiceWake } from './gateway.ts'

const ms = z.number().int().nonnegative()
const object = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected an object',
)

/** What a gateway reads: nothing unknown. */
export const gatewayParams: {
  readonly none: Check<NoParams>
  readonly health: Check<HealthAsk>
} = {
  none: checker<NoParams>(z.strictObject({})),
  health: checker<HealthAsk>(z.strictObject({ probe: z.boolean().exactOptional() })),
}

/** What a client reads: keys that it does not know are kept. */
export const gatewayResults: {
  readonly health: Check<HealthReport>
  readonly tick: Check<Tick>
  readonly shutdown: Check<Shutdown>
  readonly voiceWake: Check<VoiceWake>
  readonly anything: Check<JsonObject>
} = {
  health: checker<HealthReport>(
    z.looseObject({
      ok: z.boolean(),
      ts: ms,
      durationMs: z.number().exactOptional(),
      channels: object.exactOptional(),
    }),
  ),
  tick: checker<Tick>(z.looseObject({ ts: ms })),
  shutdown: checker<Shutdown>(
    z.looseObject({ reason: z.string(), restartExpectedMs: z.number().nullable().exactOptional() }),
  ),
  voiceWake: checker<VoiceWake>(z.looseObject({ triggers: z.array(z.string()) })),
  anything: checker<JsonObject>(object),
}
