import { describe, expect, it } from 'vitest'
import { complaints, load } from './support.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const WEBHOOK = { kind: 'webhook', url: 'https://agent.example.org/hook', secret: SECRET }

const agent = (written: unknown, env: Record<string, string> = {}) =>
  load({ pairing: { agent: written } }, { env })

describe('the agent', () => {
  it('is echo unless something else is written', async () => {
    for (const config of [
      await load({}),
      await load({ pairing: {} }),
      await agent({ kind: 'echo' }),
    ]) {
      expect(config.agent).toEqual({ kind: 'echo' })
      expect(config.problems).toEqual([])
    }
  })

  it('is a webhook with bounded tries', async () => {
    expect((await agent(WEBHOOK)).agent).toEqual({ ...WEBHOOK, timeoutMs: 15_000, maxAttempts: 3 })
    const config = await agent({ ...WEBHOOK, timeoutMs: 2000, maxAttempts: 1 })
    expect(config.agent).toMatchObject({ timeoutMs: 2000, maxAttempts: 1 })
    expect(config.problems).toEqual([])
  })

  it('has its secret in the file or in a variable', async () => {
    const { secret, ...rest } = WEBHOOK
    expect(
      (await agent({ ...rest, secretEnv: 'HOOK' }, { HOOK: ` ${secret}\n` })).agent,
    ).toMatchObject({ secret })
    expect(complaints(await agent({ ...rest, secretEnv: 'HOOK' }))).toEqual([
      'error pairing.agent.secretEnv',
    ])
    expect(complaints(await agent({ ...rest, secretEnv: '__proto__' }))).toEqual([
      'error pairing.agent.secretEnv',
    ])
    const [unset] = (await agent({ ...rest, secretEnv: 'HOOK' })).problems
    expect(unset).toMatchObject({ missing: 'variable' })
    const [empty] = (await agent({ ...rest, secretEnv: 'HOOK' }, { HOOK: 'whsec_abc' })).problems
    expect(empty?.missing).toBeUndefined()
    expect(complaints(await agent(rest))).toEqual(['error pairing.agent.secret'])
  })

  it.each([
    ['whsec_', 'error'],
    ['whsec_abc', 'error'],
    ['plain', 'error'],
    [`${SECRET}!`, 'error'],
    [`whsec_${Buffer.alloc(23).toString('base64')}`, 'error'],
    [`whsec_${Buffer.alloc(65).toString('base64')}`, 'error'],
  ])('refuses the secret %s, and does not show it', async (secret) => {
    const config = await agent({ ...WEBHOOK, secret })
    expect(complaints(config)).toEqual(['error pairing.agent.secret'])
    expect(config.agent).toEqual({ kind: 'echo' })
    if (secret.length > 7) expect(JSON.stringify(config.problems)).not.toContain(secret)
  })

  it.each([24, 64])('takes a secret of %i bytes', async (bytes) => {
    const secret = `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`
    expect((await agent({ ...WEBHOOK, secret })).agent).toMatchObject({ secret })
  })

  it.each([
    'http://agent.example.org',
    'https://u:p@x.example',
    'ws://127.0.0.1',
    'x',
    5,
    undefined,
    `https://x.example/${'x'.repeat(3000)}`,
  ])('refuses the address %j', async (url) => {
    expect(complaints(await agent({ ...WEBHOOK, url }))).toEqual(['error pairing.agent.url'])
  })

  it('may be on this machine without TLS', async () => {
    expect((await agent({ ...WEBHOOK, url: 'http://127.0.0.1:9/hook?a=1' })).agent).toMatchObject({
      url: 'http://127.0.0.1:9/hook?a=1',
    })
  })

  it.each([
    ['timeoutMs', 999],
    ['timeoutMs', 120_001],
    ['timeoutMs', '15s'],
    ['maxAttempts', 0],
    ['maxAttempts', 11],
  ])('refuses %s: %j', async (key, value) => {
    expect(complaints(await agent({ ...WEBHOOK, [key]: value }))).toEqual([
      `error pairing.agent.${key}`,
    ])
  })

  it('refuses a kind that is none, or none at all', async () => {
    expect(complaints(await agent({ kind: 'webook' }))).toEqual(['error pairing.agent.kind'])
    expect((await agent({ kind: 'webook' })).problems[0]?.fix).toBe('Did you mean "webhook"?')
    expect(complaints(await agent({ url: 'https://x.example' }))).toEqual([
      'error pairing.agent.kind',
    ])
    expect(complaints(await agent('echo'))).toEqual([
      'error pairing.agent',
      'error pairing.agent.kind',
    ])
  })

  it('names keys that nothing reads', async () => {
    expect(complaints(await agent({ ...WEBHOOK, timeout: 5 }))).toEqual([
      'warning pairing.agent.timeout',
    ])
  })
})
