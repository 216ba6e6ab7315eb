import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { childEnvironment, howEnded, inHome, startChild, startService } from '../src/child.ts'

const env = { PATH: process.env['PATH'] ?? '' }
const endMs = 300

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'channel-kit-child-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A program of Node that runs this text. */
const node = (text: string) => ({ file: process.execPath, args: ['-e', text], env })
const FOR_EVER = 'setInterval(() => {}, 1000);'
const DEAF = "process.on('SIGTERM', () => {});"

/** A process of that number runs; one that has ended and waits to be asked after does not. */
function runs(pid: number | undefined): boolean {
  try {
    return (
      pid !== undefined && !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))
    )
  } catch {
    return false
  }
}

/** Starts a service, and waits until it has said as many lines. */
async function service(command: ReturnType<typeof node>, lines = 1) {
  const said: string[] = []
  const started = startService(command, { onComplaint: (line) => void said.push(line) }, { endMs })
  await vi.waitFor(() => expect(said).toHaveLength(lines), { timeout: 10_000, interval: 5 })
  return { ...started, said }
}

/** A program that starts another, both say their numbers; `own` and `other` are what they do besides. */
const family = (own: string, other: string) =>
  node(`${own} console.error(process.pid)
    const { spawn } = require('node:child_process')
    const other = ${JSON.stringify(`${other} console.error(process.pid);${FOR_EVER}`)}
    spawn(process.execPath, ['-e', other], { stdio: 'inherit' })
    ${FOR_EVER}`)

describe('a service', () => {
  it('is ended with everything that it started, and tells how', async () => {
    const { said, stop, ended, pid } = await service(family('', ''), 2)
    expect(said[0]).toBe(String(pid))
    for (const each of said) expect(runs(Number(each))).toBe(true)
    await stop()
    for (const each of said) expect(runs(Number(each))).toBe(false)
    expect(howEnded(await ended)).toBe('ended by SIGTERM')
    await stop()
  })

  it.each([
    ['it', DEAF, ''],
    ['what it started', '', DEAF],
    ['both', DEAF, DEAF],
  ])('is forced, in bounded time, where %s hears nothing', async (_, own, other) => {
    const { said, stop } = await service(family(own, other), 2)
    const before = performance.now()
    await stop()
    expect(performance.now() - before).toBeLessThan(endMs + 5_000)
    for (const each of said) expect(runs(Number(each))).toBe(false)
  })

  it('that ends by itself leaves nobody behind, not one that is deaf either', async () => {
    const { said, ended, pid } = await service(family('', DEAF), 2)
    process.kill(Number(pid), 'SIGKILL')
    expect(howEnded(await ended)).toBe('ended by SIGKILL')
    for (const each of said) expect(runs(Number(each))).toBe(false)
  })

  it('tells with what it ended, and what it said before', async () => {
    const { said, ended } = await service(node("console.error('too old'); process.exitCode = 3"))
    expect(howEnded(await ended)).toBe('ended with 3')
    expect(said).toEqual(['too old'])
  })

  it('may print as much as it likes', async () => {
    const text = `const much = 'x'.repeat(1_000_000)
      for (let n = 0; n < 20; n += 1) { console.log(much); console.error(much) }
      console.error('done')`
    const { said, ended } = await service(node(text))
    expect(said).toEqual(['done'])
    expect(await ended).toMatchObject({ code: 0 })
  })

  it('that complains without end is read in part, and what it said last is read whole', async () => {
    const said: string[] = []
    const text = `const { writeSync } = require('node:fs')
      const until = Date.now() + 700
      while (Date.now() < until) writeSync(2, 'b\\n'.repeat(30_000))
      writeSync(2, 'x'.repeat(40_000) + ' a number\\nthe end\\n')`
    const onComplaint = (line: string): void => void said.push(line)
    const { ended } = startService(node(text), { onComplaint }, { endMs })
    await ended
    expect(said.length).toBeLessThan(400_000)
    expect(new Set(said)).toEqual(new Set(['b', 'the end']))
    expect(said.at(-1)).toBe('the end')
  })

  it.each(['nothing', 'no program', 'a folder'])('never ran where there is %s', async (what) => {
    const file = what === 'a folder' ? folder : join(folder, what)
    if (what === 'no program') {
      await writeFile(file, 'x')
      await chmod(file, 0o644)
    }
    const { pid, ended, stop } = startService(
      { file, args: [], env },
      { onComplaint: () => {} },
      { endMs },
    )
    expect(pid).toBeUndefined()
    expect(await ended).toEqual({ kind: 'missing' })
    await stop()
  })

  it('ends with the process that started it, and leaves no listener there', async () => {
    const before = process.listenerCount('exit')
    const several = await Promise.all(
      Array.from({ length: 12 }, () => service(node(`console.error(1);${FOR_EVER}`))),
    )
    expect(process.listenerCount('exit')).toBe(before + 1)
    await Promise.all(several.map(({ stop }) => stop()))
    expect(process.listenerCount('exit')).toBe(before)
    const starter = join(folder, 'starter.ts')
    const entry = new URL('../src/child.ts', import.meta.url).href
    await writeFile(
      starter,
      `import { startService } from ${JSON.stringify(entry)}
      const command = { file: process.execPath, args: ['-e', ${JSON.stringify(`console.error(process.pid);${FOR_EVER}`)}], env: {} }
      startService(command, { onComplaint: (line) => { console.log(line); process.exit(1) } }, { endMs: 1_000 })`,
    )
    const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
    const child = spawn(process.execPath, [...flags, starter], { cwd: import.meta.dirname })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part))
    await new Promise((resolve) => child.once('close', resolve))
    expect(Number(out)).toBeGreaterThan(0)
    await vi.waitFor(() => expect(runs(Number(out))).toBe(false), { timeout: 20_000 })
  })
})

describe('a child', () => {
  it('is spoken with in lines, and ends when its input does', async () => {
    const lines: string[] = []
    const text =
      "process.stdin.on('data', (part) => process.stdout.write(part)); console.error('here')"
    const complaints: string[] = []
    const child = startChild(
      node(text),
      {
        onLine: (line) => void lines.push(line),
        onTooLong: () => {},
        onComplaint: (line) => void complaints.push(line),
      },
      { endMs: 10_000 },
    )
    expect(child.write('one\ntwo\n', () => {})).toBe(true)
    await vi.waitFor(() => expect(lines).toEqual(['one', 'two']), { timeout: 10_000 })
    expect(complaints).toEqual(['here'])
    await child.stop()
    expect(await child.ended).toMatchObject({ kind: 'exited', code: 0 })
    expect(child.write('three\n', () => {})).toBe(false)
  })
})

describe('what a program gets', () => {
  it('is what is named of the environment, and the path', () => {
    const whole = { HOME: '/home/me', PATH: '/usr/bin', SECRET: 'x' }
    expect(childEnvironment(whole, ['HOME', 'LANG'])).toEqual({
      HOME: '/home/me',
      PATH: '/usr/bin:/opt/homebrew/bin:/usr/local/bin',
    })
    expect(childEnvironment({}, [])).toEqual({ PATH: '/opt/homebrew/bin:/usr/local/bin' })
    expect(inHome('~/bin/it', whole)).toBe('/home/me/bin/it')
    for (const path of ['~x/it', 'it', '/it', './~/it']) expect(inHome(path, whole)).toBe(path)
    expect(inHome('~/it', {})).toBe('~/it')
  })
})
