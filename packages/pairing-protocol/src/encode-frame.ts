import { FrameNotEncodable } from './errors.ts'
import type { Frame } from './frame.ts'
import { inspect } from './inspect.ts'
import { SESSION_LIMITS } from './limits.ts'

/**
 * The text of a frame, ready to be sent.
 *
 * @returns one line of JSON; members that are `undefined` are left out
 * @throws {@link FrameNotEncodable} for what the other side would have to refuse: a key `__proto__`, a number that is
 * not finite, circles and more than 64 levels, or a value that JSON does not have
 */
export function encodeFrame(frame: Frame): string {
  const fault = inspect(frame, SESSION_LIMITS.maxDepth)
  if (fault !== undefined) throw new FrameNotEncodable(frame.type, fault)
  try {
    return JSON.stringify(frame)
  } catch (cause) {
    throw new FrameNotEncodable(frame.type, 'not-json', cause)
  }
}
