import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { NO_EFFECT } from '../src/sections/no-effect.ts'
import { complaints, load } from './support.ts'

const TOKEN = '1111111111:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

/** What makes an account of each channel. */
const BASES: Readonly<Record<string, object>> = {
  telegram: { botToken: TOKEN },
  whatsapp: { authDir: '/keys' },
  signal: { httpUrl: 'http://127.0.0.1:8080' },
  imessage: { cliPath: '/opt/imsg' },
  bluebubbles: { serverUrl: 'http://127.0.0.1:1234', password: 'secret' },
  discord: { token: 'discord-token' },
  slack: { botToken: 'xoxb-1', appToken: 'xapp-1' },
}
const IDS: Readonly<Record<string, string>> = {
  telegram: '100001',
  discord: '123456789012345678',
  slack: 'U012ABCDEF',
}

interface Sample {
  /** Something that the base does not say. */
  readonly value: unknown
  /** What is needed besides, for the key to mean anything. */
  readonly beside?: object
  /** Where it stands in the way of an account, which then has no other level. */
  readonly channelOnly?: true
  /** What cannot be meant; something of another kind unless given. */
  readonly wrong?: unknown
}

/** A signal-cli that the gateway starts. */
const started = { beside: { httpUrl: undefined, account: '+15550000000' } }
const http = { mode: 'http', signingSecret: 'a'.repeat(32) }
const idsOf = (channel: string): Sample => ({ value: [IDS[channel] ?? '+15551234567'] })

/** A value for each key of the table that is read. */
const READ: Readonly<Record<string, Sample | ((channel: string) => Sample)>> = {
  enabled: { value: false },
  dmPolicy: { value: 'disabled' },
  allowFrom: idsOf,
  accounts: { value: { work: {} }, channelOnly: true },
  textChunkLimit: { value: 500, wrong: 99 },
  chunkMode: { value: 'newline', wrong: 'newlines' },
  'dm.enabled': { value: false },
  'dm.policy': { value: 'disabled' },
  'dm.allowFrom': idsOf,
  botToken: (channel) => ({ value: channel === 'slack' ? 'xoxb-2' : `2${TOKEN}` }),
  tokenFile: { value: './nowhere' },
  apiRoot: { value: 'https://example.org', wrong: 'http://example.org' },
  retry: { value: { attempts: 5 }, wrong: { attempts: 11 } },
  timeoutSeconds: { value: 30, wrong: 0 },
  proxy: { value: 'http://me:pass@proxy.example.org:3128', wrong: 'socks5://127.0.0.1:1080' },
  'network.autoSelectFamily': { value: false, wrong: 'no' },
  authDir: { value: '/somewhere' },
  selfChatMode: { value: true },
  sendReadReceipts: (channel) =>
    channel === 'signal' ? { value: true, ...started } : { value: false },
  account: { value: '+15550000000', wrong: 'me' },
  httpUrl: { value: 'http://127.0.0.1:9999' },
  httpHost: { value: '127.0.0.2', beside: { httpUrl: undefined }, wrong: 'example.org' },
  httpPort: { value: 9_999, beside: { httpUrl: undefined } },
  autoStart: { value: false, ...started },
  cliPath: (channel) => ({ value: '/usr/bin/other', ...(channel === 'signal' && started) }),
  startupTimeoutMs: { value: 5_000, wrong: 999, ...started },
  receiveMode: { value: 'on-start', wrong: 'never', ...started },
  ignoreAttachments: { value: true, ...started },
  ignoreStories: { value: true, ...started },
  dbPath: { value: '/chat.db' },
  remoteHost: { value: 'mac' },
  service: { value: 'sms' },
  region: { value: 'NL' },
  serverUrl: { value: 'http://127.0.0.1:4321' },
  password: { value: 'another' },
  webhookPath: (channel) => ({
    value: '/elsewhere',
    ...(channel === 'slack' && { beside: http }),
    wrong: 'elsewhere',
  }),
  token: { value: 'another-token' },
  maxLinesPerMessage: { value: 40, wrong: 4 },
  mode: { value: 'http' },
  appToken: { value: 'xapp-2' },
  signingSecret: { value: 'b'.repeat(32), beside: http },
}

/** What each key without an effect may say without a word, and what is warned of. */
const SILENT: Readonly<Record<string, unknown>> = {
  ...{ name: 'Work', mediaMaxMb: 5, configWrites: false, groupPolicy: 'allowlist' },
  ...{ groupAllowFrom: [], groups: {}, guilds: {}, channels: {}, 'dm.groupEnabled': false },
  ...{ allowBots: false, webhookSecret: 'x', webhookPath: '/x', webhookHost: '0.0.0.0' },
  ...{ webhookPort: 8_787, sendReadReceipts: false },
}
const WARNED: Readonly<Record<string, unknown>> = {
  ...{ configWrites: true, groupPolicy: 'open', groupAllowFrom: ['1'], groups: { '*': {} } },
  ...{ guilds: { '1': {} }, channels: { C1: {} }, 'dm.groupEnabled': true, allowBots: 'mentions' },
  ...{ userToken: 'xoxp-1', webhookUrl: 'https://example.org', sendReadReceipts: true },
}

interface Row {
  readonly key: string
  readonly channels: readonly string[]
  readonly what: string
}

/** The rows of the README, one for each key. */
async function rows(): Promise<readonly Row[]> {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, after = ''] = readme.split("**OpenClaw's keys of a channel**")
  const [table = ''] = after.split('\n**')
  return [...table.matchAll(/^\| (`.*?) \| (.*?) \| (.*?) \|$/gm)].flatMap(
    ([, keys = '', channels = '', what = '']) =>
      [...keys.matchAll(/`([^`]+)`/g)].map(([, key = '']) => ({
        key,
        channels: channels === 'all' ? Object.keys(BASES) : channels.split(', '),
        what,
      })),
  )
}

const cases = async (isRead: boolean) =>
  (await rows())
    .filter(({ what }) => (what === 'read') === isRead)
    .flatMap(({ key, channels, what }) => channels.map((channel) => [channel, key, what] as const))

function withKey(key: string, value: unknown): object {
  const [first = '', second] = key.split('.')
  return { [first]: second === undefined ? value : { [second]: value } }
}

const configOf = (channel: string, fields: object) =>
  load({ channels: { [channel]: { ...BASES[channel], ...fields } } })

/** The accounts of the channel, whatever section they were written in. */
async function accountsOf(channel: string, fields: object) {
  const config = await configOf(channel, fields)
  const name = (channel === 'bluebubbles' ? 'imessage' : channel) as 'telegram'
  // Where something came from is nothing that it does.
  const text = JSON.stringify(config[name], (field, value: unknown) =>
    /source/i.test(field) ? undefined : value,
  )
  return { config, text }
}

function sampleOf(channel: string, key: string): Sample {
  const sample = READ[key]
  if (sample === undefined) throw new Error(`no sample of ${key}`)
  return typeof sample === 'function' ? sample(channel) : sample
}

const readKeys = await cases(true)
const otherKeys = await cases(false)

describe('the table of the keys of OpenClaw', () => {
  it('has each key that is without effect, and none is there twice', async () => {
    const all = await rows()
    const without = all.filter(({ what }) => what.startsWith('no effect here'))
    const spelled = ({ key, channels }: Pick<Row, 'key' | 'channels'>) =>
      `${key} ${String(channels)}`
    const known = NO_EFFECT.map(({ key, channels = Object.keys(BASES) }) => ({ key, channels }))
    expect(without.map(spelled).sort()).toEqual(known.map(spelled).sort())
    const places = all.flatMap(({ key, channels }) => channels.map((each) => `${each}.${key}`))
    expect(new Set(places).size).toBe(places.length)
    expect(Object.keys(READ).filter((key) => all.every((row) => row.key !== key))).toEqual([])
  })

  it.each(readKeys)('channels.%s.%s is read, at both levels', async (channel, key) => {
    const { value, beside = {}, channelOnly } = sampleOf(channel, key)
    const without = await accountsOf(channel, beside)
    const here = await accountsOf(channel, { ...beside, ...withKey(key, value) })
    expect(here.text).not.toBe(without.text)
    if (channelOnly) return
    const account = { accounts: { default: withKey(key, value) } }
    const ofAccount = await accountsOf(channel, { ...beside, ...account })
    expect(ofAccount.text).not.toBe(
      (await accountsOf(channel, { ...beside, accounts: { default: {} } })).text,
    )
  })

  it.each(readKeys)('channels.%s.%s that cannot be meant is told', async (channel, key) => {
    const { beside = {}, wrong, value } = sampleOf(channel, key)
    const other = Array.isArray(value) || typeof value === 'object' ? 'text' : { no: 'this' }
    const config = await configOf(channel, { ...beside, ...withKey(key, wrong ?? other) })
    expect(
      complaints(config).filter((each) => each.includes(`channels.${channel}.${key}`)),
    ).not.toEqual([])
  })

  it.each(otherKeys)('channels.%s.%s changes nothing: %s', async (channel, key, what) => {
    const base = await accountsOf(channel, {})
    const silent = await accountsOf(channel, key in SILENT ? withKey(key, SILENT[key]) : {})
    expect(silent.text).toBe(base.text)
    expect(silent.config.problems).toEqual([])
    const missed = NO_EFFECT.some(
      (each) => each.key === key && each.missed && (each.channels ?? [channel]).includes(channel),
    )
    expect(what.includes('warned of')).toBe(missed)
    if (!missed) return
    const fields = withKey(key, WARNED[key])
    const warned = await accountsOf(channel, { ...fields, accounts: { default: fields } })
    expect(complaints(warned.config)).toEqual(
      [
        `warning channels.${channel}.${key}`,
        `warning channels.${channel}.accounts.default.${key}`,
      ].sort(),
    )
    const off = await accountsOf(channel, { enabled: false, ...fields })
    expect(off.config.problems).toEqual([])
  })

  it('says it once, and no secret of it', async () => {
    const { problems } = await configOf('slack', { userToken: 'xoxp-secret' })
    expect(problems).toHaveLength(1)
    expect(JSON.stringify(problems)).not.toContain('xoxp-secret')
  })
})
