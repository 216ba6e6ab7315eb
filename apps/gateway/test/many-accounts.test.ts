import { expect, it, onTestFinished } from 'vitest'
import { place, start } from './support.ts'

it('a dozen accounts side by side are no leak to Node', async () => {
  const warnings: string[] = []
  const note = ({ name }: Error): void => void warnings.push(name)
  process.on('warning', note)
  onTestFinished(() => void process.off('warning', note))
  const accounts = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [
      `a${String(at)}`,
      { account: `+1555000${String(1000 + at)}`, httpUrl: `http://127.0.0.1:${String(1 + at)}` },
    ]),
  )
  const { readiness } = await start(place({ channels: { signal: { accounts } } }))
  expect((await readiness()).channels).toHaveLength(13)
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(warnings).toEqual([])
})

it('an account that nothing can be tried for is said once, with what it lacks', async () => {
  const channels = { discord: {}, signal: { dmPolicy: 'pairing' }, slack: { enabled: false } }
  const { lines, readiness } = await start(place({ channels }))
  const said = lines.filter(({ event }) => event === 'channel-not-configured')
  expect(said).toMatchObject([
    { channel: 'signal', account: 'default', reason: expect.stringContaining('httpUrl') },
    { channel: 'discord', account: 'default', reason: expect.stringContaining('Reset Token') },
  ])
  expect(await readiness()).toMatchObject({ ready: true })
})
