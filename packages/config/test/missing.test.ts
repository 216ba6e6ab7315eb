import type { AccountId, ChannelName } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { missingToConnect } from '../src/index.ts'
import { load } from './support.ts'

const missing = async (channels: object, channel: string, account = 'default') =>
  missingToConnect(await load({ channels }), {
    channel: channel as ChannelName,
    account: account as AccountId,
  })

it.each([
  [{ telegram: {} }, 'telegram', /@BotFather.*channels\.telegram\.botToken/],
  [{ discord: {} }, 'discord', /discord\.com.*channels\.discord\.token/],
  [{ slack: {} }, 'slack', /api\.slack\.com.*slack\.botToken.*xapp-.*slack\.appToken/],
  [{ slack: { mode: 'http' } }, 'slack', /slack\.botToken.*slack\.signingSecret/],
  [{ signal: { dmPolicy: 'pairing' } }, 'signal', /channels\.signal\.account.*httpUrl/],
  [{ imessage: { dmPolicy: 'pairing' } }, 'imessage', /serverUrl.*channels\.imessage\.cliPath/],
])('%j: it says what %s lacks and where to get it', async (channels, channel, words) => {
  expect(await missing(channels, channel)).toMatch(words)
})

it('names the place of the account that is meant', async () => {
  const channels = { discord: { token: 'a.b.c', accounts: { default: {}, work: {} } } }
  expect(await missing(channels, 'discord', 'work')).toContain('channels.discord.accounts.work')
  const two = { signal: { accounts: { home: { account: '+15550000000' }, work: {} } } }
  expect(await missing(two, 'signal', 'home')).toBeUndefined()
  expect(await missing(two, 'signal', 'work')).toContain('channels.signal.accounts.work.account')
})

it.each([
  [{ telegram: { botToken: 'x' } }, 'telegram'],
  [{ discord: { token: 'x' } }, 'discord'],
  // Tried, and failed with its own words.
  [{ slack: { botToken: 'xoxb-1' } }, 'slack'],
  [{ signal: { account: '+15550000000' } }, 'signal'],
  [{ imessage: { cliPath: 'imsg' } }, 'imessage'],
  [{ bluebubbles: { serverUrl: 'http://127.0.0.1:1234' } }, 'imessage'],
  [{ whatsapp: {} }, 'whatsapp'],
  [{}, 'webchat'],
  [{}, 'discord'],
])('%j: nothing is missing for %s', async (channels, channel) => {
  expect(await missing(channels, channel)).toBeUndefined()
})
