import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ConnectClaim,
  deviceIdentity,
  devicePairing,
  fingerprintWords,
  isDeviceId,
} from '../src/index.ts'
import { claim, cryptoPorts, keyOf, MINUTE, NONCE, sha256Bytes, world } from './world.ts'

interface Recorded {
  readonly recorded: string
  readonly at: number
  readonly challenge: string
  readonly client: Readonly<Record<string, string>>
  readonly role: string
  readonly scopes?: readonly string[]
  readonly commands?: readonly string[]
  readonly device: Record<'id' | 'publicKey' | 'signature', string> & {
    readonly signedAt: number
    readonly nonce?: string
  }
  readonly auth?: { readonly token?: string }
}

const text = readFileSync(join(import.meta.dirname, 'fixtures/connects.jsonl'), 'utf8')
const recorded = text
  .trim()
  .split('\n')
  .map((line): Recorded => JSON.parse(line))

function claimOf({ client, role, scopes, commands, device, auth }: Recorded): ConnectClaim {
  const { id = '', mode = '', ...description } = client
  return {
    deviceId: device.id,
    publicKey: device.publicKey,
    signature: device.signature,
    signedAt: device.signedAt,
    nonce: device.nonce,
    role,
    scopes: scopes ?? [],
    commands: commands ?? [],
    description: { ...description, clientId: id, clientMode: mode },
    signedSecret: auth?.token ?? '',
  }
}

/** What each wrong connect of the recording is wrong in; the rest is right. */
const WRONG: Readonly<Record<string, string>> = {
  'bad-signature': 'signature-invalid',
  'token-not-signed': 'signature-invalid',
  'v1-with-nonce': 'signature-invalid',
  'stale-nonce': 'nonce-mismatch',
  'no-nonce': 'nonce-required',
  expired: 'signature-expired',
  future: 'signature-expired',
  'id-mismatch': 'device-id-mismatch',
  'other-key': 'device-id-mismatch',
  'bad-role': 'role-invalid',
}

describe('recorded connects of real clients', () => {
  it('has both versions of what is signed', () => {
    expect(recorded.length).toBeGreaterThan(20)
    expect(recorded.map(({ recorded: name }) => name)).toContain('30-node996-to-gateway217')
  })

  it.each(recorded)('$recorded', (line) => {
    const clock = { now: () => line.at as never }
    const door = devicePairing({
      ...cryptoPorts,
      clock,
      store: world().store,
      random: () => new Uint8Array(),
    })
    const proof = door.prove(claimOf(line), line.challenge)
    const name = line.recorded.split(' ')[1] ?? ''
    const fault = Object.hasOwn(WRONG, name) ? WRONG[name] : undefined
    if (fault !== undefined) {
      expect(proof).toEqual({ fault })
      return
    }
    const v3 = name === 'v3' || line.recorded.includes('node996')
    expect(proof).toMatchObject({ deviceId: line.device.id, payload: v3 ? 'v3' : 'v2' })
    expect(door.prove(claimOf(line), '00000000-0000-4000-8000-000000000000')).toEqual({
      fault: 'nonce-mismatch',
    })
  })
})

describe('a proof', () => {
  const { door, clock } = world()

  it('holds for v3 and v2, with the key as base64url or PEM', () => {
    expect(door.prove(claim('a'), NONCE)).toMatchObject({ payload: 'v3', role: 'node' })
    expect(door.prove(claim('a', { version: 'v2' }), NONCE)).toMatchObject({ payload: 'v2' })
    const { pem, publicKey } = keyOf('a')
    expect(door.prove(claim('a', { publicKey: pem }), NONCE)).toMatchObject({ publicKey })
  })

  it('is looked at once where its kind of client signs as it did last, at most twice where it does not', () => {
    const { clock, store } = world()
    let looks = 0
    const verifyEd25519: typeof cryptoPorts.verifyEd25519 = (...proof) => {
      looks += 1
      return cryptoPorts.verifyEd25519(...proof)
    }
    const random = (length: number) => new Uint8Array(length)
    const door = devicePairing({ clock, store, random, ...cryptoPorts, verifyEd25519 })
    const looksAt = (version: 'v2' | 'v3', name: string): number => {
      looks = 0
      expect(door.prove(claim(name, { version }), NONCE)).toMatchObject({ payload: version })
      return looks
    }
    expect(['a', 'b', 'c'].map((name) => looksAt('v2', name))).toEqual([2, 1, 1])
    expect(['a', 'b'].map((name) => looksAt('v3', name))).toEqual([2, 1])
  })

  it('answers scopes and commands sorted, but checks them in the order sent', () => {
    const scopes = ['operator.write', 'operator.read', 'operator.write']
    const proven = door.prove(claim('a', { role: 'operator', scopes, commands: ['b', 'a'] }), NONCE)
    expect(proven).toMatchObject({
      scopes: ['operator.read', 'operator.write'],
      commands: ['a', 'b'],
    })
  })

  it('never holds for v1', () => {
    expect(door.prove(claim('a', { version: 'v1' }), NONCE)).toEqual({ fault: 'signature-invalid' })
  })

  it.each<[string, Partial<ConnectClaim>, string]>([
    ['another role', { role: 'admin' }, 'role-invalid'],
    ['a role of an object', { role: '__proto__' }, 'role-invalid'],
    ['no nonce', { nonce: undefined }, 'nonce-required'],
    ['an empty nonce', { nonce: '' }, 'nonce-required'],
    ['another nonce', { nonce: `${NONCE}1` }, 'nonce-mismatch'],
    ['an old clock', { signedAt: Date.UTC(2026, 2, 1, 10) - 11 * MINUTE }, 'signature-expired'],
    ['a fast clock', { signedAt: Date.UTC(2026, 2, 1, 10) + 11 * MINUTE }, 'signature-expired'],
    ['no time', { signedAt: Number.NaN }, 'signature-expired'],
    ["another device's id", { deviceId: keyOf('b').deviceId }, 'device-id-mismatch'],
    ["another device's key", { publicKey: keyOf('b').publicKey }, 'device-id-mismatch'],
    ['no key', { publicKey: '' }, 'public-key-invalid'],
    ['half a key', { publicKey: keyOf('a').publicKey.slice(0, 22) }, 'public-key-invalid'],
    ['a key of no alphabet', { publicKey: '!'.repeat(43) }, 'public-key-invalid'],
    ['a separator in the client id', mixed({ clientId: 'cli|cli' }), 'signature-invalid'],
    ['a separator in the mode', mixed({ clientMode: 'cli|node' }), 'signature-invalid'],
    ['a separator in the platform', mixed({ platform: 'linux|x' }), 'signature-invalid'],
    ['a separator in the family', mixed({ deviceFamily: 'a|b' }), 'signature-invalid'],
    ['a separator in a scope', { scopes: ['operator.read|1'] }, 'signature-invalid'],
    ['two scopes in one', { scopes: ['operator.read,operator.admin'] }, 'signature-invalid'],
    ['an empty scope', { scopes: [''] }, 'signature-invalid'],
    [
      'too many scopes',
      { scopes: Array.from({ length: 33 }, (_, at) => `s${String(at)}`) },
      'signature-invalid',
    ],
    ['too long a platform', mixed({ platform: 'x'.repeat(257) }), 'signature-invalid'],
    ['too long a command', { commands: ['x'.repeat(129)] }, 'signature-invalid'],
  ])('is refused for %s, although the signature is right', (_, over, fault) => {
    expect(door.prove(claim('a', over), NONCE)).toEqual({ fault })
  })

  it.each(['', 'A', '!'.repeat(86), 'A'.repeat(86), 'A'.repeat(2_000)])(
    'is refused for the signature %j',
    (signature) => {
      expect(door.prove({ ...claim('a'), signature }, NONCE)).toEqual({
        fault: 'signature-invalid',
      })
    },
  )

  it('says nothing for an empty nonce of the connection', () => {
    expect(door.prove(claim('a', { nonce: 'x' }), '')).toEqual({ fault: 'nonce-mismatch' })
  })

  it('takes a secret with a separator: before it are seven, and what follows is known', () => {
    expect(door.prove(claim('a', { signedSecret: 'p|w' }), NONCE)).toMatchObject({ role: 'node' })
  })

  it('is refused for keys with which anybody can sign', () => {
    const publicKey = Buffer.from(`01${'00'.repeat(31)}`, 'hex')
    const signature = Buffer.concat([publicKey, Buffer.alloc(32)])
    // the platform's own check lets this signature pass for every message
    expect(cryptoPorts.verifyEd25519(publicKey, 'anything', signature)).toBe(true)
    const forged: ConnectClaim = {
      ...claim('a'),
      deviceId: sha256Bytes(publicKey),
      publicKey: publicKey.toString('base64url'),
      signature: signature.toString('base64url'),
    }
    expect(door.prove(forged, NONCE)).toEqual({ fault: 'public-key-invalid' })
  })

  it('does not hold when any one field is another than what was signed', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/)
    const field = fc.constantFrom('clientId', 'clientMode', 'platform', 'deviceFamily')
    fc.assert(
      fc.property(word, field, (value, name) => {
        const signed = claim('a')
        fc.pre(signed.description[name as 'platform']?.toLowerCase() !== value)
        const description = { ...signed.description, [name]: value }
        expect(door.prove({ ...signed, description }, NONCE)).toEqual({
          fault: 'signature-invalid',
        })
      }),
      { numRuns: 50 },
    )
    for (const other of [
      { role: 'operator' },
      { scopes: ['a'] },
      { signedSecret: 't' },
      { signedAt: clock.now() + 1 },
    ]) {
      expect(door.prove({ ...claim('a'), ...other }, NONCE)).toEqual({ fault: 'signature-invalid' })
    }
  })
})

function mixed(over: object): Partial<ConnectClaim> {
  return { description: { ...claim('a').description, ...over } }
}

describe('who a key is', () => {
  it('is told by its hash, in either form', () => {
    const { deviceId, publicKey, pem } = keyOf('a')
    expect(deviceIdentity(sha256Bytes, publicKey)).toEqual({ deviceId, publicKey })
    expect(deviceIdentity(sha256Bytes, pem)).toEqual({ deviceId, publicKey })
    expect(deviceIdentity(sha256Bytes, `${publicKey}=`)).toEqual({ deviceId, publicKey })
    expect(isDeviceId(deviceId)).toBe(true)
    expect(isDeviceId(deviceId.toUpperCase())).toBe(false)
  })

  it('is nobody for anything else', () => {
    const { publicKey, pem } = keyOf('a')
    const rsa = pem.replace('MCowBQYDK2VwAyEA', 'MCowBQYDK2VuAyEA')
    for (const other of [
      '',
      'x',
      publicKey.slice(1),
      `${publicKey}AAAA`,
      `${pem}${pem}`,
      rsa,
      'A'.repeat(43),
    ]) {
      expect(deviceIdentity(sha256Bytes, other)).toBeUndefined()
    }
  })
})

describe('fingerprint words', () => {
  it('are six, and the same for the same key', () => {
    const words = fingerprintWords(keyOf('a').deviceId)
    expect(words).toHaveLength(6)
    expect(words).toEqual(fingerprintWords(keyOf('a').deviceId))
    expect(words).not.toEqual(fingerprintWords(keyOf('b').deviceId))
  })

  it('come from 256 words of which no two look alike', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
    const words = bytes.flatMap((byte) => fingerprintWords(`${byte}`))
    expect(new Set(words).size).toBe(256)
    expect(new Set(words.map((word) => word.slice(0, 3))).size).toBe(256)
    for (const word of words) expect(word).toMatch(/^[a-z]{3,8}$/)
  })
})
