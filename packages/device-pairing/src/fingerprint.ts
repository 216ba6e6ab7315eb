import { FINGERPRINT_WORD_LIST } from './fingerprint-words.ts'
import { FINGERPRINT_WORDS } from './limits.ts'

/**
 * Six words for the eye, made of a device id: a person compares what the device shows with what the owner sees.
 *
 * Eight bits each, 48 bits in all. Whoever wants another key with the same words has to try some 2^47 keys (140
 * million million), and the key, not its words, is what is admitted.
 */
export function fingerprintWords(deviceId: string): readonly string[] {
  return Array.from({ length: FINGERPRINT_WORDS }, (_, index) => {
    const byte = Number.parseInt(deviceId.slice(2 * index, 2 * index + 2), 16)
    return FINGERPRINT_WORD_LIST[byte] ?? ''
  }).filter((word) => word !== '')
}
