import { expect, it } from 'vitest'
import { connectNode, connectOperator, createIdentity } from '../src/client.ts'
import { fast } from './client/surroundings.ts'

const identity = createIdentity()

/** The code of what is thrown before anything is dialled, or `taken`. */
async function outcome(more: object): Promise<string> {
  try {
    const client = connectOperator(
      { url: 'ws://127.0.0.1:1', identity, signal: AbortSignal.abort(), ...more },
      fast(),
    )
    await client.close()
    return 'taken'
  } catch (error) {
    const { code, fault } = error as { code: string; fault?: string }
    return fault === undefined ? code : `${code} ${fault}`
  }
}

it.each([
  'wss://gateway.example',
  'wss://gateway.example:18789/path/',
  'wss://203.0.113.9:18789',
  'ws://localhost:18789',
  'ws://LOCALHOST.:18789',
  'ws://127.1.2.3',
  'ws://0x7f000001',
  'ws://10.0.2.2:18789',
  'ws://172.31.255.255',
  'ws://192.168.1.5:18789',
  'ws://169.254.0.1',
  'ws://kitchen.local:18789',
  'ws://[::1]:18789',
  'ws://[fd12::1]',
  'ws://[fe80::1]',
  'ws://[::ffff:192.168.1.5]',
])('dials %s', async (url) => {
  expect(await outcome({ url })).toBe('taken')
})

it.each([
  'ws://gateway.example',
  'ws://203.0.113.9:18789',
  'ws://172.32.0.1',
  'ws://11.0.0.1',
  'ws://192.169.0.1',
  'ws://[2001:db8::1]',
  'ws://[::ffff:203.0.113.9]',
  'ws://localhost.example',
  'ws://local',
  'ws://127.0.0.1.example',
  'ws://xlocalhost',
])('dials %s only where that is allowed', async (url) => {
  expect(await outcome({ url })).toBe('ERR_GATEWAY_URL plain-text')
  expect(await outcome({ url, allowInsecure: true })).toBe('taken')
})

it.each([
  ['', 'not-a-url'],
  ['gateway.example', 'not-a-url'],
  [`wss://${'a'.repeat(2_048)}`, 'not-a-url'],
  ['https://gateway.example', 'scheme'],
  ['localhost:18789', 'scheme'],
  ['wss://user:secret@gateway.example', 'credentials'],
  ['wss://gateway.example/?token=secret', 'query'],
  ['wss://gateway.example/#secret', 'query'],
])('refuses %s', async (url, fault) => {
  expect(await outcome({ url })).toBe(`ERR_GATEWAY_URL ${fault}`)
  expect(await outcome({ url, allowInsecure: true })).toBe(`ERR_GATEWAY_URL ${fault}`)
})

it('repeats nothing of an address that it refuses: it may hold a secret', () => {
  const url = 'wss://user:secret@gateway.example'
  expect(() => connectOperator({ url, identity })).toThrow(/^(?!.*secret)/)
})

it.each([
  ['a scope with a comma', { scopes: ['operator.read,operator.admin'] }],
  ['too many scopes', { scopes: Array.from({ length: 33 }, (_, n) => `s${String(n)}`) }],
  ['a client id with a bar', { client: { id: 'a|b' } }],
  ['a platform with a bar', { client: { platform: 'linux|x' } }],
  ['a token that is too long', { auth: { token: 'x'.repeat(1_025) } }],
  ['a fingerprint that is none', { url: 'wss://127.0.0.1', tlsFingerprint: 'abc' }],
  ['a fingerprint without TLS', { tlsFingerprint: '0'.repeat(64) }],
])('refuses %s before it dials', async (_what, more) => {
  expect(await outcome(more)).toBe('ERR_CLIENT_OPTIONS')
})

it.each([0, -1, 1.5, Number.NaN])('refuses to run %s commands at a time', (maxRunning) => {
  const options = { url: 'ws://127.0.0.1:1', identity, commands: {}, maxRunning }
  expect(() => connectNode(options)).toThrow(
    expect.objectContaining({ code: 'ERR_CLIENT_OPTIONS' }),
  )
})

it('refuses more commands than a gateway takes in a connect', () => {
  const names = Array.from({ length: 513 }, (_, n) => [`c${String(n)}`, () => null])
  const commands = Object.fromEntries(names)
  const options = { url: 'ws://127.0.0.1:1', identity, commands }
  expect(() => connectNode(options)).toThrow(
    expect.objectContaining({ code: 'ERR_CLIENT_OPTIONS' }),
  )
})
