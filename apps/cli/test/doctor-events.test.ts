import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Home } from './support/cli.ts'
import { runGateway } from './support/gateway.ts'
import { homeHere } from './support/here.ts'

let home: Home
let server: Server
let taken: string[]
let answer: number

beforeEach(async () => {
  home = await homeHere()
  taken = []
  answer = 204
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      taken.push(String(request.headers['webhook-id']))
      response.writeHead(answer).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await home.remove()
})

const receiver = (): string => `127.0.0.1:${String((server.address() as AddressInfo).port)}`

async function configure(events: readonly string[] = ['dm.*']): Promise<void> {
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const url = `http://${receiver()}/hook?key=in-the-address`
  const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
  const config = { pairing: { events: { url, secret, events } } }
  await writeFile(join(home.stateDir, 'pairing.json5'), JSON.stringify(config), { mode: 0o600 })
}

interface Found {
  readonly id: string
  readonly severity: string
  readonly problem: string
  readonly consequence: string
}

async function doctor() {
  const { exit, stdout } = await home.run(['doctor', '--json'])
  const json = JSON.parse(stdout) as { findings: Found[]; events?: unknown }
  const findings = json.findings.filter(({ id }) => id.startsWith('events'))
  return { exit, findings, events: json.events, stdout }
}

const allow = (id: string) => home.run(['pairing', 'allow', 'telegram', id, '--yes'])

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000
  while (!(await check())) {
    if (performance.now() > end) throw new Error('not within 15 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function end(gateway: { readonly stop: () => void }): Promise<void> {
  await gateway.stop()
  await until(async () => (await home.json(['doctor']))['gateway'] === null)
}

const cursor = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(home.stateDir, 'events', 'cursor.json'), 'utf8'))

describe('doctor on events', () => {
  it('says nothing where nobody wants to be told', async () => {
    await allow('1')
    expect(await doctor()).toMatchObject({ events: undefined, findings: [] })
  })

  it('says where they go and how far they are, and what waits for a gateway', async () => {
    await configure()
    expect((await doctor()).findings).toEqual([])
    const { stdout } = await home.run(['doctor'])
    expect(stdout).toContain(`go to ${receiver()}, from the next start of the gateway on`)
    const gateway = await runGateway(home)
    await allow('1')
    await until(() => taken.length === 1)
    await until(async () => (await cursor())['seq'] === 1)
    expect(await doctor()).toMatchObject({
      exit: 0,
      findings: [],
      events: { receiver: receiver(), sentTo: 1, waiting: 0, refused: 0 },
    })
    await end(gateway)
    await allow('2')
    const after = await doctor()
    expect(after.findings).toMatchObject([{ id: 'events-waiting', severity: 'note' }])
    expect(after.events).toMatchObject({ waiting: 1 })
    expect((await home.run(['doctor'])).stdout).toContain('up to record 1; 1 waits')
  })

  it('says that a receiver is down, without its address, and what it refused', async () => {
    await configure()
    const gateway = await runGateway(home)
    answer = 503
    await allow('1')
    await until(async () => (await cursor())['failure'] !== undefined)
    const down = await doctor()
    expect(down.findings).toMatchObject([
      { id: 'events-failing', severity: 'warning', problem: expect.stringContaining('503') },
    ])
    expect(down.findings[0]?.consequence).toMatch(/^1 waits;/)
    expect(down.stdout).not.toContain('in-the-address')
    answer = 401
    await until(async () => (await cursor())['refused'] === 1)
    expect((await doctor()).findings).toMatchObject([
      { id: 'events-refused', severity: 'warning', problem: expect.stringContaining('401') },
    ])
    await end(gateway)
  })

  it('says that a gateway began without them, and that a file is damaged', async () => {
    const gateway = await runGateway(home)
    await configure()
    expect((await doctor()).findings).toMatchObject([{ id: 'events-not-begun', severity: 'note' }])
    await end(gateway)
    await mkdir(join(home.stateDir, 'events'), { mode: 0o700 })
    await writeFile(join(home.stateDir, 'events', 'cursor.json'), '{"seq":', { mode: 0o600 })
    expect((await doctor()).findings).toMatchObject([
      { id: 'events-position', severity: 'warning' },
    ])
  })
})
