import { readdirSync, statSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Home } from './support/cli.ts'
import { homeHere } from './support/here.ts'

let home: Home
beforeEach(async () => {
  home = await homeHere()
})
afterEach(() => home.remove())

const credentials = (name = ''): string => join(home.stateDir, 'credentials', name)
const request = (id: string, code: string) => {
  const at = new Date().toISOString()
  return { id, code, createdAt: at, lastSeenAt: at, meta: { username: `user${id}` } }
}
const picture = (): string[] =>
  readdirSync(home.folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => `${name} ${String(statSync(join(home.folder, name)).mtimeMs)}`)

/** A state directory as OpenClaw 2026.2 leaves one. */
async function older(): Promise<void> {
  await mkdir(credentials(), { recursive: true, mode: 0o700 })
  const requests = [request('1000001', 'L77SDRQT'), request('1000002', '44VG4ZDJ')]
  const pairing = `${JSON.stringify({ version: 1, requests }, undefined, 2)}\n`
  await writeFile(credentials('telegram-pairing.json'), pairing, { mode: 0o600 })
  const allowed = JSON.stringify({ version: 1, allowFrom: ['7'] })
  await writeFile(credentials('telegram-allowFrom.json'), allowed, { mode: 0o600 })
}

describe('a directory of OpenClaw 2026.2', () => {
  it('is listed as it is, and not touched by looking', async () => {
    await older()
    const before = picture()
    const list = await home.json(['pairing', 'list', 'telegram'])
    expect(list).toMatchObject({
      channel: 'telegram',
      requests: [
        { id: '1000001', code: 'L77SDRQT', meta: { username: 'user1000001' } },
        { id: '1000002', code: '44VG4ZDJ' },
      ],
    })
    expect(await home.json(['pairing', 'allowed', 'telegram'])).toMatchObject({
      allowed: [{ id: '7' }],
    })
    expect((await home.run(['doctor'])).exit).toBe(0)
    expect(picture()).toEqual(before)
  })

  it('is taken over by the first decision, in its own shapes', async () => {
    await older()
    const ran = await home.run(['pairing', 'approve', 'telegram', 'l77sdrqt'])
    expect(ran).toMatchObject({ exit: 0, stderr: '' })
    expect(ran.stdout).toMatch(/^Approved telegram sender 1000001/)
    const allowed = JSON.parse(await readFile(credentials('telegram-allowFrom.json'), 'utf8'))
    expect(allowed).toEqual({ version: 1, allowFrom: ['7', '1000001'] })
    const pending = JSON.parse(await readFile(credentials('telegram-pairing.json'), 'utf8'))
    expect(pending.requests).toMatchObject([{ id: '1000002', code: '44VG4ZDJ' }])
    expect((await home.run(['audit'])).stdout).toContain('1000001')
  })
})

describe('a journal that began from the files', () => {
  const beginning = async (): Promise<unknown> => {
    const { findings } = await home.json(['doctor'])
    return (findings as { readonly id: string }[]).filter(({ id }) => id === 'journal-beginning')
  }

  it('is a note after OpenClaw 2026.2, before and after the first decision', async () => {
    await older()
    expect(await beginning()).toMatchObject([
      { severity: 'note', problem: expect.stringContaining('none yet') },
    ])
    await home.run(['pairing', 'approve', 'telegram', 'L77SDRQT'])
    expect(await beginning()).toMatchObject([
      {
        severity: 'note',
        problem: expect.stringMatching(/^it began at \d{4}-\d\d-\d\d \d\d:\d\d/),
      },
    ])
    expect((await home.run(['doctor'])).exit).toBe(0)
  })

  it('is no word where the journal was the first', async () => {
    await home.run(['pairing', 'allow', 'telegram', '7'])
    expect(await beginning()).toEqual([])
  })

  it('is a warning where a gateway had run before it: the older journal was removed', async () => {
    await home.run(['pairing', 'allow', 'telegram', '7'])
    await mkdir(join(home.stateDir, 'webchat'), { mode: 0o700 })
    await writeFile(join(home.stateDir, 'webchat/cookie-key'), 'key', { mode: 0o600 })
    expect(await beginning()).toEqual([])
    await home.run(['pairing', 'block', 'telegram', '8'])
    await rm(join(home.stateDir, 'pairing-journal'), { recursive: true })
    const gone = {
      severity: 'warning',
      consequence: expect.stringContaining('blocks'),
      fix: expect.stringMatching(/ pairing allowed$/),
    }
    expect(await beginning()).toMatchObject([
      { ...gone, problem: expect.stringContaining('there is none, but') },
    ])
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await home.run(['pairing', 'allow', 'telegram', '9'])
    expect(await beginning()).toMatchObject([
      { ...gone, problem: expect.stringContaining('it began at') },
    ])
  })
})

describe('the configuration', () => {
  const configure = async (telegram: object): Promise<void> => {
    await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
    const text = JSON.stringify({ channels: { telegram } })
    await writeFile(join(home.stateDir, 'openclaw.json'), text, { mode: 0o600 })
  }

  it('is not overruled: who stands in it is revoked there', async () => {
    await configure({ dmPolicy: 'pairing', allowFrom: ['55'] })
    const ran = await home.run(['pairing', 'revoke', 'telegram', '55', '--json'])
    expect(ran.exit).toBe(4)
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: 'ERR_CLI_IN_CONFIGURATION' } })
    expect(ran.stderr).toContain('channels.telegram.allowFrom')
    expect(await home.json(['pairing', 'allowed', 'telegram'])).toMatchObject({
      allowed: [{ id: '55', via: 'config', by: null }],
    })
    expect(await home.run(['pairing', 'block', 'telegram', '55'])).toMatchObject({ exit: 0 })
    expect(await home.json(['pairing', 'why', 'telegram', '55'])).toMatchObject({
      decision: 'ignored',
    })
  })

  it('that lets nobody ask is named by an empty list', async () => {
    await configure({ dmPolicy: 'allowlist', allowFrom: ['55'] })
    const { stdout } = await home.run(['pairing', 'list', 'telegram'])
    expect(stdout).toContain('“allowlist”: nobody can ask there')
  })
})
