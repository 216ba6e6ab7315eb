import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fixedClock } from '@openclaw/pairing-testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileStore, Holder } from '../src/index.ts'
import { nodeStorePorts } from '../src/node.ts'
import { errorOf, openWith, put } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

const LONGEST_WAIT = 15_000
let temp: ReturnType<typeof tempRoot>
let store: FileStore
beforeEach(async () => {
  temp = tempRoot()
  store = await open()
  await put(store, 'first', 1)
})
afterEach(async () => {
  await store.close()
  temp.remove()
})

const lock = (): string => join(temp.root, 'pairing-journal/writer.lock')
const open = (lockWaitMs = 5000): Promise<FileStore> =>
  openWith({ root: temp.root, mode: 'write', lockWaitMs })
const self = nodeStorePorts(fixedClock()).process.habitat()

/** Leaves a lock as somebody else would. */
function leaveLock(path: string, holder: Partial<Holder> | undefined): void {
  mkdirSync(path)
  if (holder === undefined) return
  const since = '2026-03-01T10:00:00.000Z'
  const { host, life } = self
  const whole = { pid: process.pid, host, life, token: 'theirs', since, ...holder }
  writeFileSync(`${path}.json`, JSON.stringify(whole))
}

const heldBy = (holder: Partial<Holder>): void => leaveLock(lock(), holder)

/** A pid that no process has: that of one that ended. */
async function deadPid(): Promise<number> {
  const { spawnSync } = await import('node:child_process')
  return spawnSync(process.execPath, ['-e', '0']).pid
}

async function timed(work: Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work
  return performance.now() - began
}

/** How long a new store waits that finds the lock of `holder`. */
async function waitFor(holder: Partial<Holder> | undefined): Promise<number> {
  const own = tempRoot()
  const other = await openWith({ root: own.root, mode: 'write' })
  mkdirSync(join(own.root, 'pairing-journal'), { mode: 0o700 })
  leaveLock(join(own.root, 'pairing-journal/writer.lock'), holder)
  const waited = await timed(put(other, 'a', 1))
  await other.close()
  own.remove()
  return waited
}

/** The shortest of three waits: one may meet a busy machine. */
async function shortestWait(holder: Partial<Holder>): Promise<number> {
  return Math.min(await waitFor(holder), await waitFor(holder), await waitFor(holder))
}

describe('the lock', () => {
  it('of a process that is dead is taken over at once', async () => {
    expect(await shortestWait({ pid: await deadPid() })).toBeLessThan(1_000)
  })

  it('of a machine that was started again since is taken over at once', async () => {
    const life = `another-boot/${self.life.split('/')[1] ?? ''}`
    expect(await shortestWait({ life })).toBeLessThan(1_000)
  })

  it('of a process of which nobody knows whether it lives is taken over soon', async () => {
    const [boot = ''] = self.life.split('/')
    const holders = [
      { pid: 1, host: 'another-container' },
      { pid: 1, life: `${boot}/pid:[1]` },
      { pid: process.pid },
      undefined,
    ]
    await Promise.all(
      holders.map(async (holder) => {
        const waited = await waitFor(holder)
        expect(waited).toBeGreaterThan(1000)
        expect(waited).toBeLessThan(LONGEST_WAIT)
      }),
    )
  })

  it('of a living process is waited for, and then named', async () => {
    await store.close()
    store = await open(300)
    heldBy({ pid: process.pid })
    const alive = setInterval(() => utimesSync(lock(), new Date(), new Date()), 100)
    const error = await errorOf(put(store, 'a', 1))
    clearInterval(alive)
    expect(error).toMatchObject({
      code: 'ERR_STORE_BUSY',
      lock: lock(),
      message: expect.stringContaining(`process ${String(process.pid)} on ${hostname()}`),
      hint: expect.stringContaining(`rmdir ${lock()}`),
    })
    rmSync(lock(), { recursive: true })
    await put(store, 'a', 1)
  })

  it('that was taken over is not removed by the one who lost it', async () => {
    const slow = store.transact(
      { scope: 's' as never, actor: { kind: 'root', user: 'u' }, action: 'slow' },
      async () => {
        rmSync(`${lock()}.json`)
        rmSync(lock(), { recursive: true })
        heldBy({ token: 'the new one' })
      },
    )
    await slow
    await store.close()
    expect(existsSync(lock())).toBe(true)
    expect(JSON.parse(readFileSync(`${lock()}.json`, 'utf8'))).toMatchObject({
      token: 'the new one',
    })
    rmSync(lock(), { recursive: true })
  })

  it('never looks fresher than it is: a time in the future would hold up the next one', async () => {
    const ages: number[] = []
    for (let n = 0; n < 5; n += 1) {
      const intent = {
        scope: 's' as never,
        actor: { kind: 'root', user: 'u' },
        action: 'a',
      } as const
      await store.transact(intent, () => {
        ages.push(Date.now() - statSync(lock()).mtimeMs)
      })
      await new Promise((resolve) => setTimeout(resolve, 130))
    }
    expect(Math.min(...ages)).toBeGreaterThan(-20)
  })

  it('that cannot be made says why', async () => {
    const { lockPlace } = await import('../src/journal/lock-place.ts')
    const fs = await import('node:fs')
    const refusing = (code: string, name: 'mkdirSync' | 'writeFileSync') => ({
      ...fs,
      [name]: () => {
        throw Object.assign(new Error(code), { code })
      },
    })
    for (const [code, name] of [
      ['EROFS', 'mkdirSync'],
      ['ENOSPC', 'writeFileSync'],
    ] as const) {
      const { default: proper } = await import('proper-lockfile')
      const files = refusing(code, name)
      const place = (path: string) =>
        lockPlace(path, { files, properLock: async () => proper.lock as never })
      const other = await openWith({ root: temp.root, mode: 'write' }, { lockPlace: place })
      await expect(put(other, 'a', 1)).rejects.toMatchObject({ code: 'ERR_STORE_WRITE_FAILED' })
      expect(existsSync(lock())).toBe(false)
      await other.close()
    }
  })

  it('gives way: two processes that never pause both get on', async () => {
    const other = await open()
    const count = { mine: 0, theirs: 0 }
    const until = performance.now() + 1500
    const hammer = async (one: FileStore, who: 'mine' | 'theirs'): Promise<void> => {
      while (performance.now() < until) {
        await Promise.all(
          [0, 1, 2, 3].map((k) => put(one, `${who}${String(k)}`, performance.now())),
        )
        count[who] += 1
      }
    }
    await Promise.all([hammer(store, 'mine'), hammer(other, 'theirs')])
    expect(Math.min(count.mine, count.theirs)).toBeGreaterThan(5)
    await other.close()
    const left = readdirSync(join(temp.root, 'pairing-journal'))
    expect(left.filter((name) => !name.endsWith('.jsonl'))).toEqual(['verified.json'])
  })
})
