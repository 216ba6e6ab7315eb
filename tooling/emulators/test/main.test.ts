import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Api } from 'grammy'
import { expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

it('runs as a process that other processes control over HTTP', async () => {
  const token = `42:${'x'.repeat(35)}`
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--token', token], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const { url, control, ...given } = JSON.parse(line) as Record<string, string>
    expect(given).toEqual({ token })
    const ask = async (method: string, path: string, body?: object) => {
      const text = body && { body: JSON.stringify(body) }
      const response = await fetch(`${control}${path}`, { method, ...text })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    const api = new Api(token, { apiRoot: String(url) })

    const written = await ask('POST', '/message', { from: 5, text: 'hello' })
    expect(written.body).toMatchObject({ updateId: expect.any(Number), messageId: 1 })
    expect(await api.getUpdates()).toMatchObject([{ message: { text: 'hello' } }])
    await api.sendMessage(5, 'hi')
    expect((await ask('GET', '/sent')).body).toMatchObject([{ chatId: 5, text: 'hi' }])
    expect((await ask('GET', '/state')).body).toMatchObject({ pending: [written.body['updateId']] })
    await ask('POST', '/fault', { method: 'getMe', effect: { kind: 'rate-limit', retryAfter: 3 } })
    await expect(api.getMe()).rejects.toMatchObject({ error_code: 429 })
    await ask('DELETE', '/faults')
    expect(await api.getMe()).toMatchObject({ id: 42 })
    expect((await ask('GET', '/calls')).body).toContainEqual(
      expect.objectContaining({ status: 429 }),
    )
    expect((await ask('POST', '/nothing')).status).toBe(404)
    expect((await ask('POST', '/message')).status).toBe(400)

    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
  }
})
