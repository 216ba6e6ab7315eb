import { freshDatabase, startServer } from '@openclaw-pairing/postgres'
import { expect, it, onTestFinished } from 'vitest'
import { runGateway } from './support/gateway.ts'
import { homeHere } from './support/here.ts'

it('a gateway whose database is away is said to let nobody in, with a way to see why', async () => {
  const server = await startServer()
  onTestFinished(() => server.stop())
  const home = await homeHere({ OPENCLAW_STORE_URL: await freshDatabase(server.url) })
  onTestFinished(() => home.remove())
  const gateway = await runGateway(home)
  onTestFinished(() => gateway.stop())
  const status = async () => (await home.json(['channels', 'status']))['gateway']
  expect(await status()).toMatchObject({ answered: true, reasons: [] })
  await server.stop()
  await expect
    .poll(status, { timeout: 60_000, interval: 500 })
    .toMatchObject({ answered: true, reasons: [expect.stringContaining('cannot be reached')] })
  const page = await home.run(['channels', 'status'])
  expect(page.stdout).toMatch(/^The gateway runs, process \d+, and lets nobody in: the store is /)
  expect(page.stdout).toContain('openclaw doctor')
  const nodes = await home.run(['nodes', 'list'])
  expect(nodes).toMatchObject({ exit: 1, stdout: '' })
  expect(nodes.stderr).toContain('hint: openclaw doctor')
}, 120_000)
