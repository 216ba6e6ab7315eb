import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startGateway } from '../src/index.ts'
import { approve, place, start, until } from './support.ts'
import { visitor } from './visitor.ts'

/** A request with any `Host`, which `fetch` would not send. */
function ask(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      let body = ''
      response.on('data', (part: Buffer) => {
        body += part.toString()
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
      .on('error', reject)
      .end()
  })
}

describe('the routes', () => {
  it('say what runs here, without people and secrets', async () => {
    const here = place({ gateway: { auth: { token: 'secret-of-this-gateway-here' } } })
    const { url } = await start(here)
    const ann = visitor(url)
    const id = await ann.session()
    const { code } = await ann.say('hello')
    const response = await fetch(url)
    const page = await response.text()
    expect(page).toContain('href="/chat"')
    expect(page).toContain('openclaw pairing list')
    for (const hidden of [id, String(code), 'secret-of-this-gateway-here', here.home]) {
      expect(page).not.toContain(hidden)
    }
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('are alive, ready and measured', async () => {
    const here = place()
    const { url } = await start(here)
    const ann = visitor(url)
    const id = await ann.session()
    const { code } = await ann.say('hello')
    await approve(here, String(code))
    await ann.say('again')
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({
      ok: true,
      product: 'openclaw-pairing',
    })
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ ready: true, reasons: [] })
    const figures = await (await fetch(`${url}/metrics`)).text()
    for (const line of [
      'openclaw_gate_outcomes_total{channel="webchat",account="default",outcome="challenge"} 1',
      'openclaw_gate_outcomes_total{channel="webchat",account="default",outcome="deliver"} 1',
      'openclaw_agent_delivery_seconds_count{outcome="answered"} 1',
      'openclaw_channel_up{channel="webchat",account="default"} 1',
      'openclaw_pending_requests{channel="webchat",account="default"} 0',
      'openclaw_http_requests_total{route="/chat/*",status="200"} 3',
    ]) {
      expect(figures).toContain(line)
    }
    expect(figures).toMatch(/openclaw_sends_total\{channel="webchat",outcome="sent"\} [2-9]/)
    expect(figures).toMatch(/openclaw_journal_seq [1-9]/)
    expect(figures).not.toContain(id)
    expect(figures).not.toContain(String(code))
  })

  it('keep figures and reasons from strangers', async () => {
    const token = 'a-long-token-for-this-gateway'
    const here = place({ gateway: { auth: { token } } })
    const { url } = await start(here)
    const passedOn = { 'x-forwarded-for': '198.51.100.1' }
    expect((await fetch(`${url}/metrics`, { headers: passedOn })).status).toBe(401)
    expect(await (await fetch(`${url}/readyz`, { headers: passedOn })).json()).toEqual({
      ready: true,
    })
    const authorization = `Bearer ${token}`
    const headers = { ...passedOn, authorization }
    expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200)
    const runtime = readFileSync(join(here.stateDir, 'gateway.runtime.json'), 'utf8')
    const { secret } = JSON.parse(runtime) as { secret: string }
    const local = { ...passedOn, authorization: `Bearer ${secret}` }
    expect((await fetch(`${url}/metrics`, { headers: local })).status).toBe(200)
  })

  it('answer under names of this machine only', async () => {
    const { url, port } = await start(place())
    for (const path of ['/', '/chat', '/chat/state', '/healthz', '/metrics']) {
      expect((await ask(url + path, { host: 'evil.example' })).status).toBe(421)
      expect((await ask(url + path, { host: `localhost:${String(port)}` })).status).toBe(200)
    }
  })

  it('tell a balancer that names no host whether to come here, and it alone', async () => {
    const { url, port } = await start(place())
    const asked = async (path: string): Promise<string> =>
      new Promise((resolve, reject) => {
        let text = ''
        const socket = connect(port, '127.0.0.1', () =>
          socket.write(`GET ${path} HTTP/1.0\r\n\r\n`),
        )
        socket.on('data', (part) => {
          text += part.toString()
        })
        socket.on('close', () => resolve(text)).on('error', reject)
      })
    for (const path of ['/healthz', '/readyz', '/readyz/store'])
      expect(await asked(path)).toMatch(/^HTTP\/1\.[01] 200 /)
    expect(await asked('/readyz')).toMatch(/\{"ready":true\}\s*$/)
    for (const path of ['/', '/chat', '/metrics']) expect(await asked(path)).toContain(' 421 ')
    expect((await ask(`${url}/readyz/store`, { host: 'evil.example' })).status).toBe(421)
  })

  it('have nothing elsewhere', async () => {
    const { url } = await start(place())
    for (const path of [
      '/nothing',
      '/chatter',
      '/.env',
      '/gateway.runtime.json',
      '/chat/../../etc',
    ]) {
      expect((await fetch(url + path)).status).toBe(404)
    }
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(404)
  })

  it('do not wait for who sends no request', async () => {
    const { port } = await start(place())
    const reply = await new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}`),
      )
      socket.on('data', (part) => {
        text += part.toString()
      })
      socket.on('close', () => resolve(text))
      socket.on('error', reject)
    })
    expect(reply).toContain('431')
  })
})

describe('a start', () => {
  it('is refused beside a gateway on the same directory, with its place and the way out', async () => {
    const here = place()
    const { url } = await start(here)
    const file = join(here.stateDir, 'gateway.runtime.json')
    // The same process is not "another one", so the file is given the number of one that lives: our parent.
    const runtime = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    const { startTime: _, ...rest } = runtime
    writeFileSync(file, JSON.stringify({ ...rest, pid: process.ppid }))
    await expect(startGateway({ env: here.env, port: 0 })).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_GATEWAY_ALREADY_RUNS',
        message: expect.stringContaining(url),
      }),
    )
    writeFileSync(file, JSON.stringify(runtime))
  })

  it('is refused on a port in use, and says by whom', async () => {
    const { port } = await start(place())
    const beside = place()
    await expect(startGateway({ env: beside.env, port })).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_GATEWAY_PORT_IN_USE',
        message: expect.stringContaining('another gateway of OpenClaw Pairing'),
      }),
    )
    expect(() => readFileSync(join(beside.stateDir, 'gateway.runtime.json'))).toThrow()
  })

  it.each([
    ['ERR_CONFIG_INVALID', { gateway: { bind: 'lan' } }],
    ['ERR_CONFIG_INVALID', { gateway: { port: 'http' } }],
    ['ERR_CONFIG_SYNTAX', '{ gateway: '],
  ])('is refused with %s for %j, and leaves nothing', async (code, config) => {
    const here = place(config)
    await expect(startGateway({ env: here.env, port: 0 })).rejects.toThrow(
      expect.objectContaining({ code }),
    )
    expect(() => readFileSync(join(here.stateDir, 'gateway.runtime.json'))).toThrow()
  })

  it('gives the port back when the state cannot be opened', async () => {
    const here = place()
    mkdirSync(join(here.stateDir, 'webchat', 'cookie-key'), { recursive: true })
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    await expect(startGateway({ env: here.env, port })).rejects.toThrow()
    expect((await start(place(), { port })).port).toBe(port)
  })
})

describe('a damaged journal', () => {
  it('lets nobody in, says so everywhere, and is not made worse', async () => {
    const here = place()
    const first = await start(here)
    const ann = visitor(first.url)
    await ann.session()
    await approve(here, String((await ann.say('hello'))['code']))
    await first.stop()
    const folder = join(here.stateDir, 'pairing-journal')
    const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.jsonl')) ?? '')
    const bytes = readFileSync(file)
    bytes.write('XX', 40)
    writeFileSync(file, bytes)
    const told: string[] = []
    const agent = async ({ message }: { message: { text: string } }) => {
      told.push(message.text)
      return undefined
    }
    const { url, lines, readiness } = await start(here, { agent })
    expect(lines.find(({ event }) => event === 'store-not-usable')).toMatchObject({
      level: 'error',
    })
    expect((await ann.say('let me in', { base: url })).status).toBe(503)
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    expect((await readiness()).reasons.join()).toContain('damaged')
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('openclaw_store_up 0')
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect(told).toEqual([])
    expect(readFileSync(file)).toEqual(bytes)
  })
})

describe('a stop', () => {
  it('finishes what is under way and takes nothing new', async () => {
    const here = place()
    let finish = (): void => {}
    const agent = () =>
      new Promise<string>((resolve) => {
        finish = () => resolve('done thinking')
      })
    const gateway = await start(here, { agent })
    const ann = visitor(gateway.url)
    await ann.session()
    await ann.listen()
    await approve(here, String((await ann.say('hello'))['code']))
    const slow = ann.say('think')
    await until(() => gateway.pairing.people !== undefined && ann.isListening())
    await new Promise((resolve) => setTimeout(resolve, 100))
    const stopped = gateway.stop()
    expect((await gateway.readiness()).ready).toBe(false)
    setTimeout(finish, 200)
    expect((await slow).status).toBe(200)
    await until(() => ann.texts().includes('done thinking'))
    await stopped
    await expect(fetch(gateway.url)).rejects.toThrow()
    expect(gateway.lines.some(({ event }) => event === 'messages-interrupted')).toBe(false)
  })

  it('may be asked for twice, and leaves no runtime file', async () => {
    const here = place()
    const gateway = await start(here)
    await Promise.all([gateway.stop(), gateway.stop()])
    await gateway.stop()
    expect(() => readFileSync(join(here.stateDir, 'gateway.runtime.json'))).toThrow()
  })
})
