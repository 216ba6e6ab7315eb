import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listen } from '../src/http/listen.ts'
import { cookieKey } from '../src/machine/cookie-key.ts'
import { cursorFile } from '../src/machine/cursor-file.ts'
import { gatewayToken } from '../src/machine/gateway-token.ts'
import { whyNotWritable } from '../src/machine/room.ts'
import { claimRuntime, refuseSecondGateway, runtimePath } from '../src/machine/runtime-file.ts'

const directory = (): string => mkdtempSync(join(tmpdir(), 'gateway-machine-'))
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
const runtime = {
  ...{ host: '127.0.0.1', port: 18_789, secret: 'x'.repeat(43) },
  store: 'files' as const,
}

async function sleeper(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await new Promise((resolve) => child.once('spawn', resolve))
  return child as ChildProcess & { pid: number }
}

describe('the runtime file', () => {
  it('is there for its owner while the gateway runs, and gone after', async () => {
    const dir = join(directory(), 'new', 'state')
    const own = await claimRuntime(dir, { ...runtime, pid: process.pid })
    expect(JSON.parse(readFileSync(runtimePath(dir), 'utf8'))).toMatchObject({
      pid: process.pid,
      ...runtime,
    })
    expect([modeOf(runtimePath(dir)), modeOf(dir)]).toEqual(['600', '700'])
    await own.release()
    expect(readdirSync(dir)).toEqual([])
  })

  it('of a gateway that runs keeps the next one out, with its pid and the way out', async () => {
    const [dir, other] = [directory(), await sleeper()]
    await claimRuntime(dir, { ...runtime, pid: other.pid })
    const refused = expect.objectContaining({ code: 'ERR_GATEWAY_ALREADY_RUNS', pid: other.pid })
    await expect(refuseSecondGateway(dir)).rejects.toEqual(refused)
    await expect(claimRuntime(dir, { ...runtime, pid: process.pid })).rejects.toEqual(refused)
  })

  it('of a gateway that was killed is replaced', async () => {
    const [dir, other] = [directory(), await sleeper()]
    await claimRuntime(dir, { ...runtime, pid: other.pid })
    other.kill('SIGKILL')
    await new Promise((resolve) => other.once('exit', resolve))
    await refuseSecondGateway(dir)
    await claimRuntime(dir, { ...runtime, pid: process.pid })
    expect(JSON.parse(readFileSync(runtimePath(dir), 'utf8'))).toMatchObject({ pid: process.pid })
  })

  it('with a number that another process has now is nobody’s', async () => {
    const [dir, other] = [directory(), await sleeper()]
    writeFileSync(runtimePath(dir), JSON.stringify({ pid: other.pid, startTime: 1 }))
    await refuseSecondGateway(dir)
  })

  it.each(['', '{', '[]', '{"pid":-1}', '{"pid":"1"}', '{"pid":1e99}'])(
    'that says %j keeps nobody out',
    async (text) => {
      const dir = directory()
      writeFileSync(runtimePath(dir), text)
      await refuseSecondGateway(dir)
      await claimRuntime(dir, { ...runtime, pid: process.pid })
    },
  )

  it('of somebody else is not taken away', async () => {
    const dir = directory()
    const own = await claimRuntime(dir, { ...runtime, pid: process.pid })
    writeFileSync(runtimePath(dir), '{"pid":1}')
    await own.release()
    expect(readFileSync(runtimePath(dir), 'utf8')).toBe('{"pid":1}')
  })
})

describe('a port', () => {
  const taken = async (answer: (path: string) => string) => {
    const server = createServer((request, response) => response.end(answer(request.url ?? '')))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, trustedProxies: [] }
  }

  it.each([
    ['another gateway of OpenClaw Pairing', () => '{"ok":true,"product":"openclaw-pairing"}'],
    [
      'a gateway of OpenClaw',
      (path: string) => (path === '/' ? '<title>OpenClaw Control</title>' : '{}'),
    ],
    ['another program', () => 'hello'],
  ])('is said to be in use by %s', async (holder, answer) => {
    const place = await taken(answer)
    await expect(listen(place)).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_GATEWAY_PORT_IN_USE',
        message: expect.stringContaining(holder),
      }),
    )
  })

  it('that cannot be had is a coded error', async () => {
    await expect(listen({ host: '192.0.2.1', port: 0, trustedProxies: [] })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_GATEWAY_CANNOT_LISTEN' }),
    )
  })

  it('lets requests wait until it is served', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0, trustedProxies: [] })
    const ask = () => fetch(`http://127.0.0.1:${String(listener.port)}/`)
    const early = ask()
    await new Promise((resolve) => setTimeout(resolve, 50))
    listener.serve(() => new Response('ready'))
    expect(await (await early).text()).toBe('ready')
    expect(await (await ask()).text()).toBe('ready')
    await listener.close()
  })

  it('that is closed before it was served lets nobody wait', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0, trustedProxies: [] })
    const early = fetch(`http://127.0.0.1:${String(listener.port)}/`)
    const refused = expect(early).rejects.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await listener.close()
    await refused
  })
})

describe('a cursor', () => {
  it('is what was saved last, in a file of its owner', async () => {
    const path = join(directory(), 'telegram', 'update-offset-default.json')
    const cursor = cursorFile(path)
    expect(await cursor.load()).toBeUndefined()
    await cursor.save({ offset: 1 })
    await cursor.save({ offset: 2 })
    expect(await cursorFile(path).load()).toEqual({ offset: 2 })
    expect(modeOf(path)).toBe('600')
    expect(readdirSync(join(path, '..'))).toEqual(['update-offset-default.json'])
  })

  it('that is damaged is handed on, not taken for none', async () => {
    const path = join(directory(), 'cursor.json')
    writeFileSync(path, '{"offset":')
    expect(await cursorFile(path).load()).toBe('{"offset":')
  })
})

describe('the key of the web chat’s cookies', () => {
  it('is drawn once, in a file of its owner', async () => {
    const path = join(directory(), 'webchat', 'cookie-key')
    const [one, two] = await Promise.all([cookieKey(path), cookieKey(path)])
    expect(one).toHaveLength(32)
    expect(two).toEqual(one)
    expect(await cookieKey(path)).toEqual(one)
    expect(modeOf(path)).toBe('600')
  })

  it.each(['', 'short', 'x'.repeat(80)])('that is damaged (%j) is not replaced', async (text) => {
    const path = join(directory(), 'cookie-key')
    writeFileSync(path, text)
    const code = 'ERR_GATEWAY_COOKIE_KEY'
    await expect(cookieKey(path)).rejects.toThrow(expect.objectContaining({ code }))
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})

describe('a directory', () => {
  it('that can be written has nothing against it; one that is not there has', async () => {
    const dir = directory()
    expect(await whyNotWritable(dir)).toBeUndefined()
    expect(await whyNotWritable(join(dir, 'none'))).toContain('ENOENT')
  })
})

describe('the token for devices', () => {
  it('is drawn once, for its owner, whoever is faster', async () => {
    const path = join(directory(), 'new', 'gateway-token')
    const [one, two] = await Promise.all([gatewayToken(path), gatewayToken(path)])
    expect(one).toMatch(/^[\w-]{43}$/)
    expect(two).toBe(one)
    expect(await gatewayToken(path)).toBe(one)
    expect(modeOf(path)).toBe('600')
  })

  it.each(['', 'short', 'two words of more than twenty-four characters'])(
    'is not taken from a file that holds %j',
    async (text) => {
      const path = join(directory(), 'gateway-token')
      writeFileSync(path, text)
      await expect(gatewayToken(path)).rejects.toMatchObject({ code: 'ERR_GATEWAY_TOKEN' })
    },
  )

  it('says so where it can be neither read nor made', async () => {
    const path = join(directory(), 'gateway-token')
    mkdirSync(path)
    await expect(gatewayToken(path)).rejects.toMatchObject({ code: 'ERR_GATEWAY_STATE_DIR' })
  })
})
