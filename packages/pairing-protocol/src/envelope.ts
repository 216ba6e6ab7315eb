import type { Json } from '@openclaw/pairing-contracts'
import * as z from 'zod'
import { type Check, checker } from './check.ts'
import type { ErrorFrame, EventFrame, RequestFrame, ResultFrame } from './frame.ts'
import { isId } from './words.ts'

const id = z.custom<string>(isId, 'expected an id')
/** JSON already, whatever it is. */
const json = z.custom<Json>((value) => value !== undefined, 'expected a value')
const count = z.number().int().nonnegative()

const error = z.strictObject({
  code: id,
  message: z.string(),
  details: json.exactOptional(),
  retryable: z.boolean().exactOptional(),
  retryAfterMs: z.number().nonnegative().exactOptional(),
})

/** A request frame and nothing else. */
export const checkRequestFrame: Check<RequestFrame> = checker(
  z.strictObject({
    type: z.literal('req'),
    id,
    method: id,
    params: json.exactOptional(),
    traceparent: id.exactOptional(),
    expectedProfileId: id.exactOptional(),
  }),
)

/** An answer with `ok: true` and nothing else. */
export const checkResultFrame: Check<ResultFrame> = checker(
  z.strictObject({
    type: z.literal('res'),
    id,
    ok: z.literal(true),
    payload: json.exactOptional(),
  }),
)

/** An answer with `ok: false` and nothing else. */
export const checkErrorFrame: Check<ErrorFrame> = checker(
  z.strictObject({
    type: z.literal('res'),
    id,
    ok: z.literal(false),
    error,
    payload: json.exactOptional(),
  }),
)

/** An event frame and nothing else. */
export const checkEventFrame: Check<EventFrame> = checker(
  z.strictObject({
    type: z.literal('event'),
    event: id,
    payload: json.exactOptional(),
    seq: count.exactOptional(),
    stateVersion: z.strictObject({ presence: count, health: count }).exactOptional(),
    recipientProfileId: id.exactOptional(),
  }),
)
