import { OpenClawError } from '@openclaw/pairing-contracts'
import type { Frame } from './frame.ts'

/** Why a frame cannot be sent. */
export type EncodeFault = 'too-deep' | 'forbidden-key' | 'number-out-of-range' | 'not-json'

const MESSAGES: Readonly<Record<EncodeFault, string>> = {
  'too-deep': 'it is nested too deeply, or in a circle',
  'forbidden-key': 'a key is __proto__',
  'number-out-of-range': 'a number is not finite',
  'not-json': 'it holds a value that JSON does not have',
}

/** The caller built a frame that no receiver may accept. Holds its type and the kind of fault, no content. */
export class FrameNotEncodable extends OpenClawError {
  override readonly name = 'FrameNotEncodable'
  override readonly code = 'ERR_FRAME_NOT_ENCODABLE'
  readonly frameType: Frame['type']
  readonly fault: EncodeFault
  constructor(frameType: Frame['type'], fault: EncodeFault, cause?: unknown) {
    super(`a frame of type ${frameType} cannot be sent: ${MESSAGES[fault]}`, {
      hint: 'Build payloads of plain JSON: objects, arrays, text, finite numbers, true, false, null.',
      cause,
    })
    this.frameType = frameType
    this.fault = fault
  }
}
