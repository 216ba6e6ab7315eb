/** Bytes of one message at most, as the port says. */
export const MAX_BODY_BYTES: number = 26 * 1024 * 1024

/** Bytes of the value of one note at most. */
export const MAX_NOTE_BYTES: number = 64 * 1024

/** Notes of one replica at most, and their bytes in all. */
export const MAX_NOTES = 20_000
export const MAX_NOTES_BYTES: number = 32 * 1024 * 1024

/** Questions of one replica that wait for an answer at most. */
export const MAX_ASKED = 1_000
