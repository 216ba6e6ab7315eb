import { appendFile, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { fileWorkLog } from '../src/node.ts'

const HOUR = 3_600_000
let path: string
let time = 0
const open = () => fileWorkLog(path, () => time)

beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'work-log-')), 'intake', 'telegram-default.log')
  time = 1_000
})

describe('the work log in a file', () => {
  it('remembers across a restart, in a file only its owner reads', async () => {
    const log = await open()
    await log.mark('telegram/default/1', 'delivering')
    await log.mark('telegram/default/1', 'done')
    await log.mark('telegram/default/2', 'replying')
    await log.close()
    const again = await open()
    expect(await again.begin('telegram/default/1')).toBe('done')
    expect(await again.begin('telegram/default/2')).toBe('replying')
    expect(await again.begin('telegram/default/3')).toBe('new')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await again.close()
  })

  it('has a mark on disk as soon as it resolves', async () => {
    const log = await open()
    await log.mark('a', 'delivering')
    expect(await readFile(path, 'utf8')).toContain('"delivering"')
    await log.close()
  })

  it('survives a line that a crash cut off', async () => {
    const log = await open()
    await log.mark('a', 'done')
    await log.close()
    await appendFile(path, '{"key":"b","sta')
    const again = await open()
    expect(await again.begin('a')).toBe('done')
    await again.mark('c', 'done')
    await again.close()
    const third = await open()
    expect(await third.begin('c')).toBe('done')
    await third.close()
  })

  it('forgets what no platform delivers again', async () => {
    const log = await open()
    await log.mark('old', 'done')
    await log.close()
    time += 26 * HOUR
    const again = await open()
    expect(await again.begin('old')).toBe('new')
    await again.close()
  })

  it('stays bounded', async () => {
    const log = await open()
    for (let from = 0; from < 15_000; from += 1_000) {
      const keys = Array.from({ length: 1_000 }, (_, n) => String(from + n))
      await Promise.all(keys.map((key) => log.mark(key, 'done')))
    }
    await log.close()
    const lines = (await readFile(path, 'utf8')).trim().split('\n')
    expect(lines.length).toBeLessThanOrEqual(11_000)
    const again = await open()
    expect(await again.begin('14999')).toBe('done')
    expect(await again.begin('0')).toBe('new')
    await again.close()
  }, 60_000)

  it('never takes an unreadable file for an empty one', async () => {
    await (await open()).close()
    const { rm, mkdir } = await import('node:fs/promises')
    await rm(path)
    await mkdir(path)
    await writeFile(join(path, 'x'), '')
    await expect(open()).rejects.toMatchObject({ code: 'EISDIR' })
  })
})

it('does not follow a link out of the state directory', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'))
  await symlink(elsewhere, dirname(path))
  await expect(open()).rejects.toMatchObject({ code: 'ERR_STATE_FOLDER' })
  expect(await readdir(elsewhere)).toEqual([])
})
