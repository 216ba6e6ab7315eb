import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adviceFor,
  CLOSES,
  closeAfter,
  decodeFromGateway,
  ERRORS,
  type ErrorDetailCode,
  encodeFrame,
  isErrorDetailCode,
  MAX_CLOSE_REASON_BYTES,
  pairingRequired,
  REFUSALS,
  SESSION_LIMITS,
  type SetupCodeReason,
  setupCodeRefused,
  WIRE_ERROR_CODES,
  type WireError,
  wireError,
} from '../src/index.ts'

const codes = Object.keys(ERRORS).filter(isErrorDetailCode)

function sent(error: WireError): WireError {
  const frame = encodeFrame({ type: 'res', id: 'r1', ok: false, error })
  const decoded = decodeFromGateway(frame, SESSION_LIMITS)
  if (!decoded.ok || decoded.value.type !== 'res' || decoded.value.ok) throw new Error('lost')
  return decoded.value.error
}

describe.each(codes)('the error %s', (code) => {
  const rule = ERRORS[code]

  it('arrives as it was said, with advice to match', () => {
    const error = sent(wireError(code, { retryAfterMs: 500, details: { requestId: 'q' } }))
    expect(error).toMatchObject({ code: rule.wire, message: rule.message, details: { code } })
    expect(adviceFor(error)).toEqual({ action: rule.action, retryAfterMs: 500, requestId: 'q' })
  })

  it('keeps official clients trying where a later try may work, and only there', () => {
    const waits = rule.action === 'retry' || rule.action === 'wait-for-approval'
    const { details, retryable } = wireError(code)
    expect(retryable).toBe(waits ? true : undefined)
    expect(details).toEqual({
      code,
      ...(rule.nextStep === undefined ? {} : { recommendedNextStep: rule.nextStep }),
      ...(waits ? { retryable: true, pauseReconnect: false } : {}),
    })
  })

  it('closes with its own text, or not at all', () => {
    const close = closeAfter(wireError(code))
    if (rule.close === undefined) expect(close).toBeUndefined()
    else expect(close).toEqual({ code: rule.close, reason: rule.message })
  })

  it('has a known wire code, and details that cannot be replaced', () => {
    expect(WIRE_ERROR_CODES).toContain(rule.wire)
    const details = { code: 'OTHER', pauseReconnect: true, recommendedNextStep: 'stop', extra: 1 }
    const error = wireError(code, { details })
    expect(error.details).toMatchObject({ ...(wireError(code).details as object), extra: 1 })
  })
})

it('says what it is about, cut', () => {
  const error = wireError('SCOPE_MISSING', { about: 'operator.pairing' })
  expect(error.message).toBe('missing scope: operator.pairing')
  expect(wireError('SCOPE_MISSING', { about: 'x'.repeat(999) }).message.length).toBeLessThan(300)
})

describe('pairing required', () => {
  const facts = {
    reason: 'scope-upgrade',
    requestId: 'q-1',
    deviceId: 'd-1',
    requestedRole: 'operator',
    requestedScopes: ['operator.read'],
    approvedRoles: ['operator'],
    approvedScopes: [],
  } as const

  it('tells all that official clients look for', () => {
    const error = sent(pairingRequired(facts))
    expect(error.code).toBe('NOT_PAIRED')
    expect(error.message).toMatch(/^pairing required: /)
    expect(error.details).toEqual({
      ...facts,
      code: 'PAIRING_REQUIRED',
      remediationHint: expect.stringContaining('openclaw devices list'),
      recommendedNextStep: 'wait_then_retry',
      retryable: true,
      pauseReconnect: false,
    })
  })

  describe.each(['not-paired', 'role-upgrade', 'scope-upgrade', 'metadata-upgrade'] as const)(
    'for %s',
    (reason) => {
      const of = (requestId: string) => pairingRequired({ ...facts, reason, requestId })

      it('says the request and the command to clients that show the message or the close alone', () => {
        const id = 'device-0123456789ab'
        const named = `(requestId: ${id}); on the gateway: openclaw devices approve ${id}`
        expect(of(id).message).toMatch(
          /^pairing required: the device \S|^pairing required: the owner /,
        )
        expect(of(id).message.endsWith(named)).toBe(true)
        const close = closeAfter(sent(of(id)))
        expect(close).toEqual({ code: 1008, reason: `pairing required ${named}` })
        for (const text of [of(id).message, close?.reason])
          expect(/\(requestId:\s*([^\s)]+)\)/i.exec(text ?? '')?.[1]).toBe(id)
      })

      it.each([
        ['123e4567-e89b-42d3-a456-426614174000', ': openclaw devices list'],
        ['x'.repeat(80), ''],
      ])('closes with the id %s whole, and with what fits behind it', (id, rest) => {
        const reason = `pairing required (requestId: ${id})${rest}`
        expect(closeAfter(of(id))).toEqual({ code: 1008, reason })
      })
    },
  )
})

describe('the reason of a close', () => {
  const bytes = (text: string) => new TextEncoder().encode(text).length

  it('is at most 120 bytes and splits no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200, size: 'max' }), (about) => {
        const reason = closeAfter(wireError('ROLE_INVALID', { about }))?.reason ?? ''
        expect(bytes(reason)).toBeLessThanOrEqual(MAX_CLOSE_REASON_BYTES)
        expect(`invalid role: ${about}`.startsWith(reason)).toBe(true)
        expect(new TextDecoder().decode(new TextEncoder().encode(reason))).toBe(reason)
      }),
    )
  })

  it.each(['x', 'é', '€', '😀'])('uses the room that %s leaves', (character) => {
    const reason = closeAfter(wireError('ROLE_INVALID', { about: character.repeat(120) }))?.reason
    expect(bytes(reason ?? '')).toBeGreaterThan(MAX_CLOSE_REASON_BYTES - bytes(character))
    expect(bytes(reason ?? '')).toBeLessThanOrEqual(MAX_CLOSE_REASON_BYTES)
  })

  it('is known for each refusal of a frame', () => {
    for (const { handshake, session } of Object.values(REFUSALS)) {
      expect(Object.values(CLOSES)).toContainEqual(handshake)
      if (typeof session !== 'string') expect(Object.values(CLOSES)).toContainEqual(session)
    }
    expect(REFUSALS['not-json']).toMatchObject({ handshake: { code: 1000 }, session: 'ignore' })
    expect(REFUSALS['too-large'].session).toMatchObject({ code: 1009 })
  })
})

describe('advice about errors of gateways that send no details.code', () => {
  it.each([
    ['NOT_PAIRED', 'pairing required', {}, 'wait-for-approval'],
    ['INVALID_REQUEST', ERRORS.AUTH_DEVICE_TOKEN_MISMATCH.message, {}, 'drop-device-token'],
    ['INVALID_REQUEST', ERRORS.AUTH_TOKEN_MISSING.message, {}, 'fix-credentials'],
    ['INVALID_REQUEST', ERRORS.AUTH_RATE_LIMITED.message, {}, 'retry'],
    ['INVALID_REQUEST', 'unauthorized role: node', {}, 'fix-request'],
    ['INVALID_REQUEST', 'device nonce mismatch', {}, 'connect-again'],
    ['INVALID_REQUEST', 'device signature expired', {}, 'connect-again'],
    ['INVALID_REQUEST', 'device signature invalid', {}, 'fix-request'],
    ['INVALID_REQUEST', 'protocol mismatch', { details: { expectedProtocol: 3 } }, 'fix-request'],
    ['UNAVAILABLE', 'node not connected', {}, 'retry'],
    ['UNAVAILABLE', 'denied', { details: { nodeError: { code: 'X' } } }, 'fix-request'],
    ['INVALID_REQUEST', 'new', { retryable: true }, 'retry'],
    ['INVALID_REQUEST', 'new', { details: { retryable: true } }, 'retry'],
    ['NEW', 'new', { details: { code: 'NEW' } }, 'fix-request'],
    ['NEW', 'new', { details: ['PAIRING_REQUIRED'] }, 'fix-request'],
    ['NEW', 'new', { details: { code: 'constructor' } }, 'fix-request'],
  ] as const)('%s %s %j', (code, message, rest, action) => {
    expect(adviceFor({ code, message, ...rest })).toEqual({ action })
  })

  it('names the request that waits', () => {
    const error = { code: 'NOT_PAIRED', message: 'pairing required', details: { requestId: 'q' } }
    expect(adviceFor(error)).toEqual({ action: 'wait-for-approval', requestId: 'q' })
    expect(adviceFor({ ...error, details: { requestId: 7 } })).not.toHaveProperty('requestId')
  })
})

it('knows its codes and no others', () => {
  const known: readonly ErrorDetailCode[] = codes
  expect(known.length).toBeGreaterThan(40)
  for (const code of ['constructor', '__proto__', '', undefined, 7])
    expect(isErrorDetailCode(code)).toBe(false)
})

const SETUP_REASONS: readonly SetupCodeReason[] = [
  'setup-code-unknown',
  'setup-code-expired',
  'setup-code-withdrawn',
  'setup-code-used',
  'setup-code-bound-to-another-device',
  'setup-code-for-nodes-only',
]

describe('a setup code that lets nobody ask', () => {
  it.each(SETUP_REASONS)(
    'says so in words of its own, all of which fit the close: %s',
    (reason) => {
      const error = sent(setupCodeRefused(reason))
      expect(error).toMatchObject({
        code: 'INVALID_REQUEST',
        details: {
          code: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
          reason,
          remediationHint: expect.stringMatching(/\.$/),
          recommendedNextStep: 'update_auth_credentials',
        },
      })
      expect(error.message).toMatch(/^unauthorized: setup code /)
      expect(closeAfter(error)).toEqual({ code: 1008, reason: error.message })
      expect(adviceFor(error)).toEqual({ action: 'fix-credentials' })
    },
  )

  it('has no two reasons that read alike', () => {
    const messages = SETUP_REASONS.map((reason) => setupCodeRefused(reason).message)
    expect(new Set(messages).size).toBe(SETUP_REASONS.length)
  })
})
