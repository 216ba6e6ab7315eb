import type { DmPolicyName } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Config, loadConfig } from '../src/index.ts'
import { at, complaints, load, memoryFiles } from './support.ts'

const POLICIES = ['open', 'pairing', 'allowlist', 'disabled'] as const
/** How many strangers a policy lets in or answers: more is more open. */
const OPENNESS: Readonly<Record<DmPolicyName, number>> = {
  open: 3,
  pairing: 2,
  allowlist: 1,
  disabled: 0,
}

function loadText(text: string, env: Record<string, string> = {}): Promise<Config> {
  const files = memoryFiles({ '/s/openclaw.json': text })
  return loadConfig({ env: { OPENCLAW_STATE_DIR: '/s', ...env }, files })
}

describe('an account', () => {
  it.each(POLICIES)('inherits %s from its channel', async (dmPolicy) => {
    const config = await load({
      channels: {
        telegram: {
          dmPolicy,
          allowFrom: ['*', '5'],
          accounts: { work: {}, home: { botToken: '1:x' } },
        },
      },
    })
    for (const account of ['work', 'home', 'not-configured', 'default'])
      expect(config.policyOf(at('telegram', account)).policy).toBe(dmPolicy)
  })

  it('says otherwise only where it says something', async () => {
    const config = await load({
      channels: {
        telegram: {
          dmPolicy: 'disabled',
          allowFrom: ['1'],
          pairing: { reply: 'silent', maxPending: 7, replyTemplate: 'A {code}' },
          accounts: {
            work: { dmPolicy: 'pairing' },
            list: { dmPolicy: 'allowlist', allowFrom: ['2'] },
            talk: { pairing: { reply: 'code', replyTemplate: 'B {code}', maxPending: 1 } },
          },
        },
      },
    })
    expect(config.problems).toEqual([])
    expect(config.policyOf(at('telegram', 'work'))).toMatchObject({
      policy: 'pairing',
      allowFrom: ['1'],
      replyMode: 'silent',
      maxPending: 7,
      replyTemplate: 'A {code}',
    })
    expect(config.policyOf(at('telegram', 'list'))).toMatchObject({
      policy: 'allowlist',
      allowFrom: ['2'],
    })
    expect(config.policyOf(at('telegram', 'talk'))).toMatchObject({
      policy: 'disabled',
      replyMode: 'code',
      maxPending: 1,
      replyTemplate: 'B {code}',
    })
  })

  it('is listed with its channel’s others, whether the channel is built in or not', async () => {
    const config = await load({
      channels: {
        telegram: { accounts: { a: {}, b: { enabled: false } } },
        discord: { enabled: false, accounts: { x: {} } },
        irc: {},
        webchat: { enabled: false },
      },
    })
    expect(
      config.accounts.map(
        ({ channel, account, enabled }) => `${channel}/${account} ${String(enabled)}`,
      ),
    ).toEqual([
      'telegram/a true',
      'telegram/b false',
      'discord/x false',
      'webchat/default false',
      'irc/default true',
    ])
  })

  it.each(['Work', 'a b', '', '__proto__', '../x', '-a'])(
    'of the id %j is refused, not rewritten',
    async (id) => {
      const config = await loadText(
        `{"channels":{"telegram":{"accounts":{${JSON.stringify(id)}:{}}}}}`,
      )
      expect(config.problems).toMatchObject([{ severity: 'error' }])
      expect(config.telegram).toEqual([])
    },
  )

  it('is one of a bounded number', async () => {
    const accounts = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`a${String(index)}`, {}]),
    )
    const config = await load({ channels: { telegram: { accounts } } })
    expect(config.telegram).toHaveLength(100)
    expect(complaints(config)).toEqual(['error channels.telegram.accounts'])
  })
})

describe('what is switched off', () => {
  it.each([
    ['a channel', { enabled: false }],
    ['direct messages', { dm: { enabled: false } }],
    ['an account', { accounts: { work: { enabled: false } } }],
    ['direct messages of an account', { accounts: { work: { dm: { enabled: false } } } }],
  ])('admits nobody: %s', async (_name, section) => {
    const config = await load({
      channels: { discord: { dmPolicy: 'open', allowFrom: ['*'], ...section } },
    })
    expect(config.policyOf(at('discord', 'work')).policy).toBe('disabled')
  })
})

describe('the older spelling', () => {
  it('dm.policy and dm.allowFrom counts where the newer one is absent', async () => {
    const config = await load({
      channels: {
        discord: { dm: { policy: 'allowlist', allowFrom: ['123456789012345678'] } },
        slack: {
          dmPolicy: 'disabled',
          dm: { policy: 'open', allowFrom: ['*'] },
          allowFrom: ['U012ABCDEF'],
        },
        googlechat: { accounts: { work: { dm: { policy: 'disabled' } } } },
      },
    })
    expect(config.policyOf(at('discord'))).toMatchObject({
      policy: 'allowlist',
      allowFrom: ['123456789012345678'],
      allowFromSource: expect.stringContaining('channels.discord.dm.allowFrom in '),
    })
    expect(config.policyOf(at('slack'))).toMatchObject({
      policy: 'disabled',
      allowFrom: ['U012ABCDEF'],
    })
    expect(config.policyOf(at('googlechat', 'work')).policy).toBe('disabled')
  })
})

describe('open', () => {
  it('is an error without "*", and then admits only who is listed', async () => {
    const config = await load({ channels: { telegram: { dmPolicy: 'open', allowFrom: ['5'] } } })
    expect(config.problems).toMatchObject([
      {
        severity: 'error',
        path: 'channels.telegram.allowFrom',
        fix: expect.stringContaining('["*"]'),
      },
    ])
    expect(config.policyOf(at('telegram'))).toMatchObject({ policy: 'allowlist', allowFrom: ['5'] })
  })

  it('is judged by the list in force for each account', async () => {
    const config = await load({
      channels: {
        telegram: {
          dmPolicy: 'open',
          allowFrom: ['*'],
          accounts: { all: {}, few: { allowFrom: ['5'] } },
        },
      },
    })
    expect(complaints(config)).toEqual(['error channels.telegram.accounts.few.allowFrom'])
    expect(config.policyOf(at('telegram', 'all')).policy).toBe('open')
    expect(config.policyOf(at('telegram', 'few')).policy).toBe('allowlist')
  })
})

describe('a list', () => {
  it('that is empty under allowlist is warned of', async () => {
    expect(complaints(await load({ channels: { telegram: { dmPolicy: 'allowlist' } } }))).toEqual([
      'warning channels.telegram.allowFrom',
    ])
  })

  it('with "*" under another policy than open is warned of', async () => {
    const config = await load({ channels: { telegram: { allowFrom: ['*'] } } })
    expect(complaints(config)).toEqual(['warning channels.telegram.allowFrom'])
    expect(config.policyOf(at('telegram')).policy).toBe('pairing')
  })

  it('keeps entries as they are typed, numbers too, and names those that match nobody', async () => {
    const config = await load({
      channels: {
        telegram: { allowFrom: [5, ' TG:6 ', '@alice', -100] },
        imessage: { allowFrom: ['chat_id:5', 'AMAZON'] },
      },
    })
    expect(config.policyOf(at('telegram')).allowFrom).toEqual(['5', 'TG:6', '@alice', '-100'])
    expect(complaints(config)).toEqual([
      'warning channels.imessage.allowFrom.1',
      'warning channels.telegram.allowFrom.2',
      'warning channels.telegram.allowFrom.3',
    ])
  })

  it('has entries that lost digits or are no text refused', async () => {
    const config = await loadText(
      '{"channels":{"discord":{"allowFrom":[123456789012345678,1.5,null,{},["1"],""]}}}',
    )
    expect(config.problems.every(({ severity }) => severity === 'error')).toBe(true)
    expect(config.problems).toHaveLength(6)
    expect(config.policyOf(at('discord')).allowFrom).toEqual([])
  })

  it('that is endless is refused whole', async () => {
    const allowFrom = Array.from({ length: 10_001 }, (_, index) => String(index + 1))
    const config = await load({ channels: { telegram: { dmPolicy: 'allowlist', allowFrom } } })
    expect(config.problems).toContainEqual(
      expect.objectContaining({ severity: 'error', path: 'channels.telegram.allowFrom' }),
    )
    expect(config.policyOf(at('telegram')).allowFrom).toEqual([])
  })
})

describe('what cannot be understood', () => {
  it.each([
    ['channels', '{"channels":5}'],
    ['channels', '{"channels":null}'],
    ['channels', '{"channels":[]}'],
    ['channels.telegram', '{"channels":{"telegram":null}}'],
    ['channels.telegram', '{"channels":{"telegram":"open"}}'],
    ['channels.telegram.dmPolicy', '{"channels":{"telegram":{"dmPolicy":"alowlist"}}}'],
    ['channels.telegram.dmPolicy', '{"channels":{"telegram":{"dmPolicy":null}}}'],
    [
      'channels.telegram.dmPolicy',
      '{"channels":{"telegram":{"dmPolicy":["open"],"allowFrom":["*"]}}}',
    ],
    ['channels.telegram.enabled', '{"channels":{"telegram":{"enabled":"no"}}}'],
    ['channels.telegram.accounts.default', '{"channels":{"telegram":{"accounts":{"default":7}}}}'],
    [
      'channels.telegram.accounts.default.dmPolicy',
      '{"channels":{"telegram":{"accounts":{"default":{"dmPolicy":7}}}}}',
    ],
  ])('admits nobody: %s in %s', async (path, text) => {
    const config = await loadText(text, { TELEGRAM_BOT_TOKEN: '1:abc' })
    expect(config.problems).toMatchObject([{ severity: 'error', path }])
    expect(config.policyOf(at('telegram')).policy).toBe('disabled')
  })

  it('has the word that was meant', async () => {
    const config = await loadText('{"channels":{"telegram":{"dmPolicy":"alowlist"}}}')
    expect(config.problems[0]?.fix).toBe('Did you mean "allowlist"?')
  })

  it('leaves the web chat and the bots off where channels is nothing', async () => {
    const config = await loadText('{"channels":5}', { TELEGRAM_BOT_TOKEN: '1:abc' })
    expect(config.webchat).toMatchObject([{ enabled: false }])
    expect(config.telegram).toEqual([])
  })
})

describe('the reply', () => {
  it('is silent on personal channels until somebody writes a policy or a reply', async () => {
    const config = await load({
      channels: {
        whatsapp: {},
        signal: { dmPolicy: 'pairing' },
        imessage: {
          pairing: { reply: 'code' },
          accounts: { home: {}, work: { dmPolicy: 'pairing', pairing: { reply: 'silent' } } },
        },
        telegram: {},
      },
    })
    const mode = (channel: string, account?: string) =>
      config.policyOf(at(channel, account)).replyMode
    expect([
      mode('whatsapp'),
      mode('signal'),
      mode('bluebubbles'),
      mode('telegram'),
      mode('webchat'),
    ]).toEqual(['silent', 'code', 'silent', 'code', 'code'])
    expect([mode('imessage'), mode('imessage', 'home'), mode('imessage', 'work')]).toEqual([
      'code',
      'code',
      'silent',
    ])
  })

  it('is silent where nobody can tell', async () => {
    const config = await load({ channels: { telegram: { pairing: { reply: 'loud' } } } })
    expect(complaints(config)).toEqual(['error channels.telegram.pairing.reply'])
    expect(config.policyOf(at('telegram')).replyMode).toBe('silent')
  })

  it('has its template checked', async () => {
    const template = (replyTemplate: unknown) =>
      load({ channels: { telegram: { pairing: { replyTemplate } } } })
    expect((await template('Hi,\n{code} {idLine} {approveCommand} {minutes}')).problems).toEqual([])
    expect(complaints(await template('Hi'))).toEqual([
      'warning channels.telegram.pairing.replyTemplate',
    ])
    for (const wrong of ['', 5, 'Hi {kode} {code}', 'x'.repeat(2000), 'a\u001b[31m{code}']) {
      const config = await template(wrong)
      expect(complaints(config)).toEqual(['error channels.telegram.pairing.replyTemplate'])
      expect(config.policyOf(at('telegram'))).not.toHaveProperty('replyTemplate')
    }
  })

  it.each([0, 101, -1, 1.5, '3x', true, null])('has maxPending bounded: %j', async (maxPending) => {
    const config = await load({ channels: { telegram: { pairing: { maxPending } } } })
    expect(complaints(config)).toEqual(['error channels.telegram.pairing.maxPending'])
    expect(config.policyOf(at('telegram')).maxPending).toBe(3)
  })
})

describe('owners', () => {
  const owners = async (ownerAllowFrom: unknown) => load({ commands: { ownerAllowFrom } })

  it('are read per channel, prefixed or by the look of the id', async () => {
    const config = await owners([
      'telegram:123',
      'TG:123',
      456,
      'discord:user:123456789012345678',
      '+1 555 123 4567',
      'irc:Alice',
      'uuid:3F0C6E7A-1B2C-4D5E-8F90-A1B2C3D4E5F6',
      'alice@example.com',
    ])
    expect(config.problems).toEqual([])
    const of = (channel: string) => config.policyOf(at(channel)).owners
    expect(of('telegram')).toEqual(['123', '456'])
    expect(of('discord')).toEqual(['123456789012345678'])
    expect(of('whatsapp')).toEqual(['+15551234567'])
    expect(of('signal')).toEqual(['+15551234567', 'uuid:3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6'])
    expect(of('imessage')).toEqual(['+15551234567', 'alice@example.com'])
    expect(of('irc')).toEqual(['Alice'])
    expect(of('slack')).toEqual([])
    expect(config.ownerChannels).toEqual(
      expect.arrayContaining(['telegram', 'discord', 'whatsapp', 'signal', 'imessage', 'irc']),
    )
    expect(config.ownerChannels).not.toContain('slack')
  })

  it('that nobody is are told with the reason, and without what was written', async () => {
    const [named, bare] = (await owners(['telegram:@alice', '@alice'])).problems
    expect(named?.problem).toContain('numeric user id')
    expect(named?.fix).toContain('@username')
    expect(bare?.problem).toContain('no id of any')
    expect(`${named?.problem ?? ''}${bare?.problem ?? ''}`).not.toContain('alice')
  })

  it('are the same on every account, configured or not', async () => {
    const config = await load({
      commands: { ownerAllowFrom: ['telegram:5'] },
      channels: { telegram: { accounts: { work: {} } } },
    })
    for (const account of ['work', 'default', 'other'])
      expect(config.policyOf(at('telegram', account)).owners).toEqual(['5'])
  })

  it.each(['*', 'telegram:*', ' * '])('are never everyone: %j', async (entry) => {
    const config = await owners([entry])
    expect(complaints(config)).toEqual(['error commands.ownerAllowFrom.0'])
    expect(config.policyOf(at('telegram')).owners).toEqual([])
  })

  it.each(['telegram:@alice', '@alice', 'alice', 'discord:5'])(
    'are named by an id: %j',
    async (entry) => {
      expect(complaints(await owners([entry]))).toEqual(['warning commands.ownerAllowFrom.0'])
    },
  )

  it.each([5, 'telegram:5', { telegram: ['5'] }])('stand in a list: %j', async (written) => {
    expect(complaints(await owners(written))).toEqual(['error commands.ownerAllowFrom'])
  })
})

describe('the policy of any address', () => {
  it('is the same object for the same question', async () => {
    const config = await load({ channels: { telegram: { accounts: { work: {} } } } })
    for (const address of [at('telegram', 'work'), at('telegram', 'none'), at('irc', 'x')])
      expect(config.policyOf(address)).toBe(config.policyOf(address))
  })

  const level = fc.record(
    {
      dmPolicy: fc.constantFrom(...POLICIES, 'opne', null, 5),
      allowFrom: fc.constantFrom<unknown>(['*'], ['5'], [], ['5', '*'], '*', null),
      enabled: fc.constantFrom<unknown>(true, false, 'no'),
      dm: fc.constantFrom<unknown>(
        { enabled: false },
        { policy: 'allowlist' },
        { policy: 'open' },
        {},
        7,
      ),
      pairing: fc.constantFrom<unknown>({ reply: 'silent' }, { maxPending: 2 }, {}),
    },
    { requiredKeys: [] },
  )
  const section = fc.tuple(
    level,
    fc.option(fc.dictionary(fc.constantFrom('work', 'default'), level), { nil: undefined }),
  )

  it('is never more open than what is written for it', async () => {
    await fc.assert(
      fc.asyncProperty(
        section,
        fc.constantFrom('work', 'default', 'other'),
        async ([channel, accounts], account) => {
          const telegram = { ...channel, ...(accounts && { accounts }) }
          const config = await loadText(JSON.stringify({ channels: { telegram } }))
          const policy = config.policyOf(at('telegram', account))
          const own = accounts?.[account]
          expect(OPENNESS[policy.policy]).toBeLessThanOrEqual(written(own, channel))
          if (policy.policy === 'open') expect(policy.allowFrom).toContain('*')
          if (own === undefined)
            expect(policy).toEqual(config.policyOf(at('telegram', 'never-configured')))
        },
      ),
      { numRuns: 600 },
    )
  })

  it('follows from any JSON at all, and never opens what nobody opened', async () => {
    const json = fc.jsonValue({ maxDepth: 3 })
    const keyed = (keys: readonly string[]) =>
      fc.oneof(json, fc.dictionary(fc.constantFrom(...keys), json))
    const whole = fc.record({
      gateway: keyed(['port', 'bind', 'auth', 'tls', 'trustedProxies', 'customBindHost']),
      channels: fc.oneof(
        json,
        fc.record({
          telegram: keyed([
            'dmPolicy',
            'allowFrom',
            'accounts',
            'dm',
            'pairing',
            'botToken',
            'tokenFile',
            'apiRoot',
          ]),
        }),
        fc.record({ telegram: fc.record({ accounts: keyed(['work', 'default']) }), webchat: json }),
      ),
      commands: keyed(['ownerAllowFrom']),
      pairing: keyed(['agent', 'logFormat']),
    })
    await fc.assert(
      fc.asyncProperty(whole, async (tree) => {
        const config = await loadText(JSON.stringify(tree)).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'ERR_CONFIG_INCLUDE' })
        })
        if (config === undefined) return
        expect(config.gateway.host).toBe('127.0.0.1')
        expect(config.policyOf(at('telegram', 'work')).policy).not.toBe('open')
        for (const { problem, fix } of config.problems)
          expect(problem.length * fix.length).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })

  /** The most that the words allow, told apart from the product: nearest word, else `pairing`. */
  function written(
    own: Record<string, unknown> | undefined,
    channel: Record<string, unknown>,
  ): number {
    const levels = [own, channel].filter((each) => each !== undefined)
    if (levels.some(({ enabled }) => enabled !== undefined && enabled !== true)) return 0
    const words = levels.map(
      ({ dmPolicy, dm }) =>
        dmPolicy ?? (dmPolicy === null ? null : (dm as { policy?: unknown } | undefined)?.policy),
    )
    const word = words.find((each) => each !== undefined)
    if (word === undefined) return OPENNESS.pairing
    return typeof word === 'string' && Object.hasOwn(OPENNESS, word)
      ? OPENNESS[word as DmPolicyName]
      : 0
  }
})
