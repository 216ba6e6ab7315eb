/** `length` bytes of a cryptographically secure source. */
export type RandomBytes = (length: number) => Uint8Array
