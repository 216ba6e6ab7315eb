/** Characters of a pairing code. Mission: "8 characters, upper case, no ambiguous characters". */
export const PAIRING_CODE_LENGTH = 8

/** Draws before {@link drawPairingCode} calls its random source broken; two in a row colliding is already a 1 in 366 billion event. */
export const MAX_DRAWS = 32

/** Characters of typed or pasted text that {@link parsePairingCode} looks at; longer input is refused unread. */
export const MAX_TYPED_LENGTH = 4096
