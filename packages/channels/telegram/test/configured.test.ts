import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { agentOf } from '../src/agents.ts'
import type { TelegramOptions } from '../src/transport.ts'
import { telegramConnection } from '../src/transport.ts'
import { account, clock, closeAll, emulate, memoryCursor, quick, runBench, until } from './bench.ts'

const ALICE = 200_001
const CODE = 'ABCD2345'
const RETRY = { attempts: 3, minDelayMs: 10, maxDelayMs: 40, jitter: 0 }

afterEach(closeAll)

/** A connection that is set up so, to somebody who wrote. */
async function configured(options: Partial<TelegramOptions>) {
  const emulator = await emulate()
  emulator.message(ALICE, 'hello')
  const connection = telegramConnection({
    ...{ token: emulator.token, apiRoot: emulator.url, account, clock, timing: quick },
    ...{ cursor: memoryCursor(), random: (length: number) => new Uint8Array(length) },
    ...options,
  })
  const send = (text: string) => connection.send({ to: String(ALICE), text, copyable: CODE })
  const tries = () => emulator.calls.filter(({ method }) => method === 'sendMessage').length
  return { emulator, send, tries }
}

describe('a long text', () => {
  const paragraph = (n: number): string => `Paragraph ${String(n)}.\n${'word '.repeat(20)}end.\n\n`
  const long = [1, 2, 3, 4, 5].map(paragraph).join('')

  it('comes in pieces as long as the configuration says, at the ends of paragraphs', async () => {
    const { emulator, send } = await configured({ chunks: { limit: 300, mode: 'newline' } })
    expect(await send(`${long}Code: ${CODE}`)).toMatchObject({ outcome: 'sent' })
    const sent = emulator.sent.map(({ text }) => text)
    expect(sent).toHaveLength(3)
    for (const text of sent) expect(text).toMatch(/^(?:Paragraph|Code)/)
    expect(sent.join('').replaceAll(/\s/g, '')).toBe(`${long}Code:${CODE}`.replaceAll(/\s/g, ''))
  })

  it('never has the code in two of them', async () => {
    for (const before of [90, 95, 97, 99]) {
      const { emulator, send } = await configured({ chunks: { limit: 100 } })
      await send(`${'x'.repeat(before)}${CODE}${'y'.repeat(120)}`)
      const marked = emulator.sent.filter(({ entities }) => entities.length > 0)
      expect(marked.map(({ text }) => text.includes(CODE))).toEqual([true])
    }
  })

  it('may be in as many as hold what the longest would, and no more', async () => {
    const { send, emulator } = await configured({ chunks: { limit: 100 } })
    expect(await send('x'.repeat(10_100))).toMatchObject({
      outcome: 'refused',
      reason: 'the text is longer than 100 Telegram messages',
    })
    expect(emulator.sent).toEqual([])
  })
})

describe('a text that did not arrive', () => {
  const limited = { kind: 'rate-limit', retryAfter: 0 } as const

  it.each([1, 2, 5])('is tried %i times where that is configured', async (attempts) => {
    const { emulator, send, tries } = await configured({ retry: { ...RETRY, attempts } })
    emulator.fault({ method: 'sendMessage', effect: limited })
    expect(await send('hello')).toMatchObject({ outcome: 'failed' })
    expect(tries()).toBe(attempts)
  })

  it('is tried after waits that grow', async () => {
    const retry = { ...RETRY, attempts: 4, minDelayMs: 50, maxDelayMs: 100 }
    const { emulator, send } = await configured({ retry })
    emulator.fault({ method: 'sendMessage', times: 3, effect: limited })
    const begun = performance.now()
    expect(await send('hello')).toMatchObject({ outcome: 'sent' })
    expect(performance.now() - begun).toBeGreaterThan(245)
  })

  it('but perhaps did is not tried again, however often that is allowed', async () => {
    const { emulator, send, tries } = await configured({ retry: { ...RETRY, attempts: 10 } })
    emulator.fault({ method: 'sendMessage', effect: { kind: 'drop', when: 'after' } })
    expect(await send('hello')).toMatchObject({ outcome: 'unknown' })
    expect(tries()).toBe(1)
  })
})

describe('a proxy', () => {
  const secret = Buffer.from('me:p@ss').toString('base64')

  /** A proxy that tunnels, or says no; it ends with the test. */
  async function proxy(answer: 200 | 407) {
    const asked: (string | undefined)[] = []
    const server = createServer()
    server.on('connect', ({ url = '', headers }, client, head) => {
      asked.push(headers['proxy-authorization'])
      client.on('error', () => {})
      if (answer !== 200) return client.end('HTTP/1.1 407 No\r\ncontent-length: 2\r\n\r\nno')
      const [host, port] = url.split(':')
      const there = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connected\r\n\r\n')
        there.write(head)
        there.pipe(client).pipe(there)
      })
      there.on('error', () => client.destroy())
      return client.on('close', () => there.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const close = () => {
      server.closeAllConnections()
      server.close()
    }
    return { url: `http://me:p%40ss@127.0.0.1:${String(port)}/`, asked, close }
  }

  it('leads to Telegram both ways, and is told the password', async () => {
    const [emulator, { url, asked, close }] = [await emulate(), await proxy(200)]
    const { connection, offered } = runBench({ emulator, options: { proxy: url } })
    emulator.message(ALICE, 'hello')
    await until(() => offered.length === 1, 'the message')
    const outcome = await connection.send({ to: String(ALICE), text: 'hi' })
    expect(outcome).toMatchObject({ outcome: 'sent' })
    expect(asked.length).toBeGreaterThan(1)
    expect(new Set(asked)).toEqual(new Set([`Basic ${secret}`]))
    close()
  })

  it('that says no is named, its password is not, and nothing goes round it', async () => {
    const [emulator, { url, close }] = [await emulate(), await proxy(407)]
    const { connection, lines } = runBench({ emulator, options: { proxy: url, retry: RETRY } })
    await until(() => connection.status().lastError !== undefined, 'the failure')
    expect(connection.status().lastError).toContain('the proxy refused (407)')
    const outcome = await connection.send({ to: String(ALICE), text: 'hi' })
    expect(outcome).toEqual({ outcome: 'failed', reason: 'the proxy refused (407)' })
    expect(emulator.calls).toEqual([])
    const said = JSON.stringify([lines, connection.status(), outcome])
    for (const part of ['p@ss', 'p%40ss', secret]) expect(said).not.toContain(part)
    close()
  })
})

it('both families of addresses are tried at once where that is configured, with and without a proxy', () => {
  const root = 'https://api.telegram.org'
  const optionsOf = (route: object) => {
    const agent = agentOf({ root, ...route }, 'kept')
    return 'connectOpts' in agent ? agent.connectOpts : Reflect.get(agent, 'options')
  }
  expect(optionsOf({})).not.toHaveProperty('autoSelectFamily')
  expect(optionsOf({ autoSelectFamily: false })).toHaveProperty('autoSelectFamily', false)
  const proxy = 'http://127.0.0.1:3128'
  expect(optionsOf({ autoSelectFamily: true, proxy })).toHaveProperty('autoSelectFamily', true)
  expect(agentOf({ root, proxy: 'http://me:x@p.example' }, 'single')).toHaveProperty(
    'proxy.href',
    'http://p.example/',
  )
})
