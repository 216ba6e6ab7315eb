// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the syntax under test
import { join } from 'node:path'
import type { AccountId, ChannelName } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { complaints, load } from './support.ts'

const KEYS = {
  phoneNumberId: '106540352242922',
  accessToken: 'EAAexampleexampleexample',
  appSecret: '0123456789abcdef0123456789abcdef',
  verifyToken: 'a-word-of-ours',
}
const whatsapp = (section: object, env?: Record<string, string>) =>
  load({ channels: { whatsapp: section } }, env && { env })
const at = (account = 'default') => ({
  channel: 'whatsapp' as ChannelName,
  account: account as AccountId,
})

describe('a business number of WhatsApp', () => {
  it('has four keys, a path that Meta calls, and counts among the accounts', async () => {
    const config = await whatsapp({ transport: 'cloud', cloud: KEYS })
    expect(config.problems).toEqual([])
    expect(config.whatsapp).toMatchObject([
      {
        account: 'default',
        enabled: true,
        transport: 'cloud',
        authDir: undefined,
        cloud: {
          ...KEYS,
          webhookPath: '/whatsapp/webhook',
          apiRoot: 'https://graph.facebook.com',
          sourceOf: {
            accessToken: expect.stringContaining('channels.whatsapp.cloud.accessToken in '),
          },
        },
      },
    ])
    expect(config.accounts).toContainEqual(config.whatsapp[0])
  })

  it('is meant where its section is written, unless somebody says otherwise', async () => {
    expect((await whatsapp({ cloud: KEYS })).whatsapp).toMatchObject([{ transport: 'cloud' }])
    const web = await whatsapp({ transport: 'web', cloud: KEYS })
    expect(web.whatsapp).toMatchObject([{ transport: 'web', cloud: undefined }])
  })

  it('says where each missing key goes', async () => {
    const config = await whatsapp({ transport: 'cloud', cloud: { phoneNumberId: '12345678' } })
    expect(config.whatsapp[0]?.cloud).toMatchObject({
      accessToken: undefined,
      sourceOf: { accessToken: 'channels.whatsapp.cloud.accessToken' },
    })
    expect(config.problems).toEqual([])
  })

  it('keeps its number and secrets to itself; only the API root is shared', async () => {
    const root = 'http://127.0.0.1:8083'
    const accounts = {
      shop: { cloud: { phoneNumberId: '222222222' } },
      phone: { transport: 'web' },
    }
    const config = await whatsapp({ cloud: { ...KEYS, apiRoot: root }, accounts })
    expect(config.problems).toEqual([])
    expect(config.whatsapp).toMatchObject([
      { account: 'default', cloud: { ...KEYS, apiRoot: root } },
      {
        account: 'shop',
        cloud: {
          phoneNumberId: '222222222',
          accessToken: undefined,
          appSecret: undefined,
          verifyToken: undefined,
          apiRoot: root,
          webhookPath: '/whatsapp/webhook/shop',
          sourceOf: { appSecret: 'channels.whatsapp.accounts.shop.cloud.appSecret' },
        },
      },
      { account: 'phone', transport: 'web', cloud: undefined },
    ])
    expect(config.whatsapp[0]?.cloud?.webhookPath).toBe('/whatsapp/webhook/default')
  })

  it('is one account’s alone', async () => {
    const accounts = { a: { cloud: KEYS }, b: { cloud: { ...KEYS, accessToken: 'EAAother' } } }
    const config = await whatsapp({ accounts })
    expect(complaints(config)).toEqual(['error channels.whatsapp.accounts.b.cloud.phoneNumberId'])
    expect(JSON.stringify(config.problems)).not.toContain(KEYS.appSecret)
  })

  it.each([
    [{ phoneNumberId: '+15550783881' }, 'phoneNumberId', /phone number itself/],
    [{ phoneNumberId: 'alice' }, 'phoneNumberId', /no phone number ID/],
    [{ phoneNumberId: 1_065_403_522_429_220_000 }, 'phoneNumberId', /all its digits/],
    [{ accessToken: 'EAA with blanks' }, 'accessToken', /blanks/],
    [{ apiRoot: 'http://graph.facebook.com' }, 'apiRoot', /https/],
    [{ apiRoot: 'https://graph.facebook.com/v25.0' }, 'apiRoot', /version/],
    [{ apiRoot: 'https://graph.facebook.com?x=1' }, 'apiRoot', /more than the root/],
  ])('refuses %j', async (fields, key, problem) => {
    const config = await whatsapp({ cloud: { ...KEYS, ...fields } })
    expect(complaints(config)).toEqual([`error channels.whatsapp.cloud.${key}`])
    expect(config.problems[0]?.problem).toMatch(problem)
  })

  it('uses no secret where the API root or the path is wrong', async () => {
    for (const section of [{ cloud: { ...KEYS, apiRoot: 'x' } }, { cloud: KEYS, webhookPath: 'x' }])
      expect((await whatsapp(section)).whatsapp[0]?.cloud).toMatchObject({
        accessToken: undefined,
        appSecret: undefined,
      })
  })

  it('takes a number that is written without quotes, secrets from variables, and warns of slips', async () => {
    const cloud = { ...KEYS, phoneNumberId: 106_540_352_242_922, appSecret: '${WA_SECRET}' }
    const config = await whatsapp({ cloud }, { WA_SECRET: 'from-the-environment' })
    expect(config.whatsapp[0]?.cloud).toMatchObject({
      phoneNumberId: '106540352242922',
      appSecret: 'from-the-environment',
    })
    const slip = await whatsapp({ cloud: { ...KEYS, verifytoken: 'x' }, transprt: 'cloud' })
    expect(complaints(slip)).toEqual([
      'warning channels.whatsapp.cloud.verifytoken',
      'warning channels.whatsapp.transprt',
    ])
  })

  it('has a path of its own among all channels', async () => {
    const slack = { mode: 'http', botToken: 'xoxb-1', signingSecret: 's', webhookPath: '/hook' }
    const config = await load({
      channels: { slack, whatsapp: { cloud: KEYS, webhookPath: '/hook' } },
    })
    expect(complaints(config)).toEqual(['error channels.whatsapp.webhookPath'])
  })
})

describe('what strangers hear on WhatsApp where nobody wrote a policy', () => {
  it('is nothing from a linked phone, and the code from a business number while Meta lets it be sent', async () => {
    const accounts = { home: {}, shop: { transport: 'cloud' } }
    const { policyOf } = await whatsapp({ accounts })
    expect(policyOf(at('home'))).toMatchObject({ replyMode: 'silent' })
    expect(policyOf(at('home'))).not.toHaveProperty('answerWithinMs')
    expect(policyOf(at('shop'))).toMatchObject({ replyMode: 'code', answerWithinMs: 86_400_000 })
    expect(policyOf(at('not-there'))).toMatchObject({ replyMode: 'silent' })
    const quiet = await whatsapp({ cloud: KEYS, pairing: { reply: 'silent' } })
    expect(quiet.policyOf(at())).toMatchObject({ replyMode: 'silent' })
    expect((await load({})).policyOf(at())).toMatchObject({ replyMode: 'silent' })
  })

  it('is nothing where nobody can tell what is spoken', async () => {
    const config = await whatsapp({ transport: 'clowd', cloud: KEYS })
    expect(complaints(config)).toEqual(['error channels.whatsapp.transport'])
    expect(config.whatsapp).toMatchObject([{ enabled: false, cloud: undefined }])
    expect(config.policyOf(at())).toMatchObject({ replyMode: 'silent' })
  })
})

describe('a linked phone', () => {
  it('has a folder for its keys, and WhatsApp’s own socket', async () => {
    const config = await whatsapp({ dmPolicy: 'pairing', accounts: { a: {}, b: { authDir: 'x' } } })
    const { credentialsDir, configPath } = config.paths
    expect(config.problems).toEqual([])
    expect(config.whatsapp).toMatchObject([
      { transport: 'web', authDir: join(credentialsDir, 'whatsapp', 'a'), webSocketUrl: undefined },
      { authDir: join(configPath, '..', 'x') },
    ])
  })

  it('may have its socket elsewhere, in no clear text', async () => {
    const local = await whatsapp({ webSocketUrl: 'ws://127.0.0.1:9000/ws' })
    expect(local.whatsapp).toMatchObject([{ webSocketUrl: 'ws://127.0.0.1:9000/ws' }])
    for (const webSocketUrl of ['ws://web.example.org', 'https://web.whatsapp.com', 'x']) {
      const config = await whatsapp({ webSocketUrl })
      expect(complaints(config)).toEqual(['error channels.whatsapp.webSocketUrl'])
      expect(config.whatsapp).toMatchObject([{ enabled: false, webSocketUrl: undefined }])
    }
  })

  it('shows messages as read unless somebody wrote otherwise', async () => {
    const written = { sendReadReceipts: true, accounts: { a: {}, b: { sendReadReceipts: false } } }
    expect((await whatsapp({})).whatsapp).toMatchObject([{ sendReadReceipts: true }])
    expect((await whatsapp(written)).whatsapp).toMatchObject([
      { account: 'a', sendReadReceipts: true },
      { account: 'b', sendReadReceipts: false },
    ])
    const wrong = await whatsapp({ sendReadReceipts: 'yes' })
    expect(complaints(wrong)).toEqual(['error channels.whatsapp.sendReadReceipts'])
    expect(wrong.whatsapp).toMatchObject([{ sendReadReceipts: false }])
  })

  it('shares its keys with no other account', async () => {
    const accounts = { a: { authDir: '/x/keys' }, b: { authDir: '/x/keys' } }
    expect(complaints(await whatsapp({ accounts }))).toEqual([
      'error channels.whatsapp.accounts.b.authDir',
    ])
  })
})
