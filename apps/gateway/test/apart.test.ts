import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AccountConfig } from '@openclaw/pairing-config'
import type { ChannelHost } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { connected, localCursor } from '../src/channels/account.ts'
import { apart } from '../src/channels/apart.ts'
import { place, start } from './support.ts'
import { visitor } from './visitor.ts'

const account = (name: string, enabled = true) =>
  ({ channel: 'slack', account: name, enabled }) as unknown as AccountConfig

it('a channel that cannot be made fails alone, for each of its accounts that is on', async () => {
  const broken = await apart([account('one'), account('two', false), account('three')], () =>
    Promise.reject(new Error('its library is damaged')),
  )
  expect(broken.map((each) => each.account)).toEqual(['one', 'three'])
  for (const each of broken) {
    const connection = connected(each, localCursor(each))
    const lastError = 'its library is damaged'
    expect(connection.status()).toMatchObject({ state: 'failed', lastError })
    expect(await connection.send({ to: 'a', text: 'b' })).toMatchObject({ outcome: 'refused' })
    const run = connection.run({} as ChannelHost, new AbortController().signal)
    await expect(run).rejects.toThrow('damaged')
  }
})

it('one that can be made is as it is', async () => {
  expect(await apart([account('one')], async () => [])).toEqual([])
})

it('an account whose notes of what was handled cannot be read fails alone', async () => {
  const here = place({ channels: { signal: { httpUrl: 'http://127.0.0.1:1' } } })
  const notes = join(here.stateDir, 'signal', 'handled-default.jsonl')
  mkdirSync(notes, { recursive: true, mode: 0o700 })
  const { url, readiness } = await start(here)
  const { channels } = await readiness()
  expect(channels).toMatchObject([
    { channel: 'webchat' },
    { channel: 'signal', state: 'failed', lastError: expect.stringContaining(notes) },
  ])
  expect(await visitor(url).session()).toEqual(expect.any(String))
})
