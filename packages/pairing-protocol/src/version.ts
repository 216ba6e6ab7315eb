/** A version of the protocol that this package speaks. */
export type ProtocolVersion = 3 | 4

/** The versions spoken, lowest first: 3 is OpenClaw 2026.2, 4 is 2026.9. */
export const PROTOCOL_VERSIONS: readonly ProtocolVersion[] = [3, 4]

/**
 * The highest version that both sides speak.
 *
 * @param min - `minProtocol` of the client
 * @param max - `maxProtocol` of the client
 * @returns `undefined` when there is none, or when the range is not one
 */
export function commonVersion(min: number, max: number): ProtocolVersion | undefined {
  return PROTOCOL_VERSIONS.findLast((version) => min <= version && version <= max)
}
