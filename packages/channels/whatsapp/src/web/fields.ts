/** The fields of the library's events that this package reads; anything may stand in them. */
export interface WebRecord {
  readonly [field: string]: unknown
  readonly attrs?: unknown
  readonly caption?: unknown
  readonly category?: unknown
  readonly connection?: unknown
  readonly contextInfo?: unknown
  readonly conversation?: unknown
  readonly error?: unknown
  readonly fromMe?: unknown
  readonly high?: unknown
  readonly id?: unknown
  readonly isForwarded?: unknown
  readonly isNewLogin?: unknown
  readonly key?: unknown
  readonly lastDisconnect?: unknown
  readonly lid?: unknown
  readonly low?: unknown
  readonly me?: unknown
  readonly message?: unknown
  readonly messages?: unknown
  readonly messageStubType?: unknown
  readonly messageTimestamp?: unknown
  readonly name?: unknown
  readonly output?: unknown
  readonly participant?: unknown
  readonly participantAlt?: unknown
  readonly phoneJid?: unknown
  readonly pushName?: unknown
  readonly qr?: unknown
  readonly remoteJid?: unknown
  readonly remoteJidAlt?: unknown
  readonly statusCode?: unknown
  readonly t?: unknown
  readonly text?: unknown
  readonly type?: unknown
}

/** True for an object that is no list. */
export function isWebRecord(value: unknown): value is WebRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A whole number above zero, as a number, its digits, or the two halves in which the library keeps long ones. */
export function wholeNumber(value: unknown): number | undefined {
  const number = isWebRecord(value) ? joined(value) : digits(value)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

const digits = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && /^\d{1,16}$/.test(value))
    ? Number(value)
    : Number.NaN

function joined({ low, high }: WebRecord): number {
  if (typeof low !== 'number' || typeof high !== 'number') return Number.NaN
  return high * 0x1_0000_0000 + (low >>> 0)
}
