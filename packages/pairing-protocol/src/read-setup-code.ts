import { MAX_SETUP_CODE_LENGTH } from './limits.ts'
import { readSetupPayload } from './read-setup-payload.ts'
import type { SetupCodeFault, SetupCodeReading } from './setup-payload.ts'

const PREFIX = /^oc-pair:(?:\/\/)?/i
/** Lines and spaces that came with pasting, what cannot be seen, and marks that a chat puts around code. */
const DROSS = /[\s\p{Cf}`]+/gu
/** Marks that a person puts around it. */
const QUOTES = /^["'<]|["'>]$/g
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/
/** Programs that show little of a long text end it so. */
const SHORTENED = /(?:…|\.{2,3})$/

/**
 * Reads a setup code: base64url or base64 of JSON, or the JSON itself, with `oc-pair://` before it or not, spaces and
 * lines wherever they are. One that lacks characters is `cut-off`, never read as another one. Never throws, and tells
 * nothing of the text.
 *
 * The addresses are checked for their form alone; whoever dials decides about `ws://`.
 */
export function readSetupCode(text: string): SetupCodeReading {
  if (text.length > MAX_SETUP_CODE_LENGTH) return fault('too-long')
  const bare = text.replaceAll(DROSS, '')
  const code = bare.replaceAll(QUOTES, '').replace(PREFIX, '')
  if (code === '') return fault('empty')
  if (code.startsWith('{')) return ofJson(code)
  if (SHORTENED.test(code) && BASE64.test(code.replace(SHORTENED, ''))) return fault('cut-off')
  return BASE64.test(code) ? ofBase64(code) : fault(looksLikeJson(code))
}

function fault(fault: SetupCodeFault): SetupCodeReading {
  return { ok: false, fault }
}

function ofBase64(code: string): SetupCodeReading {
  const json = decoded(code)
  if (json.startsWith('{')) return ofJson(json)
  // Where the beginning is missing, one of four ways to align the rest is the right one.
  const rests = [0, 1, 2, 3].map((missing) => decoded('A'.repeat(missing) + code))
  return fault(rests.some((rest) => PIECE.test(rest)) ? 'cut-off' : 'not-a-setup-code')
}

/** Something that stands inside a setup code and in few other texts. */
const PIECE = /[Uu]rls?":|wss?:\/\/|oken":"|AtMs":\d|erprint":"|^[^{]*[\da-z"]\}$/i

function looksLikeJson(code: string): SetupCodeFault {
  return /oken":"/.test(code) ? 'cut-off' : 'not-a-setup-code'
}

/** The text in base64; what does not decode is left out or becomes U+FFFD. */
function decoded(code: string): string {
  const symbols = code.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  // A lone last symbol holds less than a byte.
  const whole = symbols.length % 4 === 1 ? symbols.slice(0, -1) : symbols
  const bytes = Uint8Array.from(atob(whole), (character) => character.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}

function ofJson(json: string): SetupCodeReading {
  // No beginning of an object is JSON: whatever is missing at the end is noticed here.
  const value = parsed(json)
  return value === undefined ? fault('cut-off') : readSetupPayload(value)
}

function parsed(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    // The error of the parser would quote the secret.
    return undefined
  }
}
