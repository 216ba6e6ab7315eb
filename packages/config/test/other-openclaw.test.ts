import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { detectOtherOpenClaw, gatewayLockPath, type OtherOpenClawOptions } from '../src/index.ts'
import { nodeMachine } from '../src/node.ts'
import { folderWith } from './support.ts'

const CONFIG = '/home/me/.openclaw/openclaw.json'

async function machine(change: Partial<OtherOpenClawOptions> = {}): Promise<OtherOpenClawOptions> {
  const tmpdir = await folderWith({})
  return {
    ...nodeMachine(),
    paths: { configPath: CONFIG },
    env: {},
    tmpdir,
    now: Date.now() as EpochMs,
    ...change,
  }
}

async function lock(options: OtherOpenClawOptions, content: unknown): Promise<string> {
  const path = gatewayLockPath(options)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

/** A real process that stays until the test ends. */
async function running(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, [
    '-e',
    'process.stdout.write("up"); setInterval(() => {}, 1000)',
  ])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child as ChildProcess & { readonly pid: number }
}

function startTime(pid: number): number {
  const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19])
}

const payload = (pid: number, more: object = {}) => ({
  pid,
  createdAt: '2026-02-17T10:00:00.000Z',
  configPath: CONFIG,
  ...more,
})

describe('the lock of another gateway', () => {
  it('is named for the user and the configuration', async () => {
    const options = await machine({ tmpdir: '/tmp', uid: 1000 })
    const hash = createHash('sha1').update(CONFIG).digest('hex').slice(0, 8)
    expect(gatewayLockPath(options)).toBe(`/tmp/openclaw-1000/gateway.${hash}.lock`)
    expect(gatewayLockPath({ ...options, uid: undefined })).toBe(
      `/tmp/openclaw/gateway.${hash}.lock`,
    )
  })

  it('of a process that runs is recognised, with the way out in one line, and left alone', async () => {
    const options = await machine()
    const { pid } = await running()
    const path = await lock(options, payload(pid, { startTime: startTime(pid) }))
    const before = await stat(path)
    const found = detectOtherOpenClaw(options)
    expect(found).toMatchObject({ code: 'ERR_OTHER_OPENCLAW_RUNNING', pid, lockPath: path })
    expect(found?.hint).toMatch(/OPENCLAW_STATE_DIR=.*OPENCLAW_GATEWAY_PORT=/)
    expect(found?.hint).not.toContain('\n')
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs)
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid })
  })

  it('of a process that runs is recognised without a start time too', async () => {
    const options = await machine()
    const { pid } = await running()
    await lock(options, payload(pid))
    expect(detectOtherOpenClaw(options)).toMatchObject({ pid })
  })

  it('of a process that has died is nothing', async () => {
    const options = await machine()
    const child = await running()
    await lock(options, payload(child.pid, { startTime: startTime(child.pid) }))
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(detectOtherOpenClaw(options)).toBeUndefined()
  })

  it('of a process whose number another one has now is nothing', async () => {
    const options = await machine()
    const { pid } = await running()
    await lock(options, payload(pid, { startTime: startTime(pid) - 100 }))
    expect(detectOtherOpenClaw(options)).toBeUndefined()
  })

  it('of this very process is nothing', async () => {
    const options = await machine()
    await lock(options, payload(process.pid))
    expect(detectOtherOpenClaw(options)).toBeUndefined()
  })

  it('of another configuration is nothing', async () => {
    const options = await machine()
    const { pid } = await running()
    await lock(options, payload(pid))
    expect(
      detectOtherOpenClaw({ ...options, paths: { configPath: '/srv/openclaw.json' } }),
    ).toBeUndefined()
  })

  it('is passed over where the operator allows several', async () => {
    const options = await machine({ env: { OPENCLAW_ALLOW_MULTI_GATEWAY: '1' } })
    const { pid } = await running()
    await lock(options, payload(pid))
    expect(detectOtherOpenClaw(options)).toBeUndefined()
    expect(
      detectOtherOpenClaw({ ...options, env: { OPENCLAW_ALLOW_MULTI_GATEWAY: '0' } }),
    ).toBeDefined()
  })

  it('that another user made is nothing', async () => {
    const options = await machine()
    const { pid } = await running()
    await lock(options, payload(pid))
    const { files, uid = 0 } = options
    const foreign = { ...files, stat: (path: string) => withUid(files.stat(path), uid + 1) }
    expect(detectOtherOpenClaw({ ...options, files: foreign })).toBeUndefined()
  })

  it.each(['', '{', '[]', 'null', '{"pid":0}', '{"pid":-1}', '{"pid":"1"}', '{"pid":1.5}', '{}'])(
    'that reads %j is being written if it is fresh, and nothing if it is old',
    async (content) => {
      const options = await machine()
      const path = await lock(options, content)
      expect(detectOtherOpenClaw(options)).toMatchObject({ pid: undefined, lockPath: path })
      await utimes(path, new Date(options.now - 60_000), new Date(options.now - 60_000))
      expect(detectOtherOpenClaw(options)).toBeUndefined()
    },
  )

  it('that is a directory, or cannot be looked at, is nothing', async () => {
    const options = await machine()
    await mkdir(gatewayLockPath(options), { recursive: true })
    expect(detectOtherOpenClaw(options)).toBeUndefined()
    const blind = {
      ...options.files,
      stat: () => {
        throw new Error('no')
      },
    }
    expect(detectOtherOpenClaw({ ...options, files: blind })).toBeUndefined()
  })
})

function withUid<T>(facts: T, uid: number): T {
  return facts && { ...facts, uid }
}
