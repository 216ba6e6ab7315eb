import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OutboundText } from '@openclaw/pairing-contracts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { NodePairing } from '../src/node.ts'
import { message, open, pendingCode, root, stateDir, telegram } from './support.ts'

describe('the pairing layer on a state directory', () => {
  it('keeps a stranger out until the owner approves, and remembers it', async () => {
    const directory = await stateDir()
    const pairing = await open(directory)
    const first = await pairing.gate(message('1001'))
    expect(first).toMatchObject({ outcome: 'challenge' })
    expect(await pairing.gate(message('1001'))).toMatchObject({ outcome: 'pending' })
    const code = await pendingCode(pairing)
    expect(JSON.stringify(first)).toContain(`openclaw pairing approve telegram ${code}`)
    await pairing.people.approve(root, { ...telegram, typed: code })
    expect(await pairing.gate(message('1001'))).toMatchObject({ outcome: 'deliver' })
    await pairing.close()

    const file = join(directory, 'credentials', 'telegram-allowFrom.json')
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 1, allowFrom: ['1001'] })
    const again = await open(directory)
    expect(await again.gate(message('1001'))).toMatchObject({ outcome: 'deliver' })
    await again.close()
  })

  it('holds an approval that another process made for the very next message', async () => {
    const directory = await stateDir()
    const gateway = await open(directory)
    await gateway.gate(message('1001'))
    const cli = await open(directory)
    await cli.people.approve(root, { ...telegram, typed: await pendingCode(cli) })
    expect(await gateway.gate(message('1001'))).toMatchObject({ outcome: 'deliver' })
    await Promise.all([cli.close(), gateway.close()])
  })

  it('creates nothing when it is opened for reading', async () => {
    const directory = await stateDir()
    const pairing = await open(directory, { mode: 'read' })
    expect(await pairing.people.list(root, telegram)).toMatchObject([{ requests: [] }])
    await pairing.close()
    expect(existsSync(directory)).toBe(false)
  })

  it('names the profile and the program in the commands it shows', async () => {
    const home = await stateDir()
    const pairing = await open(home, {
      env: { HOME: home, OPENCLAW_STATE_DIR: undefined },
      profile: 'work',
      program: 'npx openclaw',
    })
    const outcome = await pairing.gate(message('1001'))
    const code = await pendingCode(pairing)
    expect(JSON.stringify(outcome)).toContain(
      `npx openclaw --profile work pairing approve telegram ${code}`,
    )
    await pairing.close()
    expect(existsSync(join(home, '.openclaw-work', 'pairing-journal'))).toBe(true)
  })
})

describe('the configuration', () => {
  const config = async (directory: string, value: unknown): Promise<void> => {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'openclaw.json'), JSON.stringify(value))
  }

  it('holds at once when it was read again', async () => {
    const directory = await stateDir()
    const pairing = await open(directory)
    expect((await pairing.reload()).changed).toBe(false)
    await config(directory, { channels: { telegram: { dmPolicy: 'disabled' } } })
    expect((await pairing.reload()).changed).toBe(true)
    expect(await pairing.gate(message('1001'))).toMatchObject({ because: 'policy-disabled' })
    await pairing.close()
  })

  it('stays as it was when the new one cannot be used', async () => {
    const directory = await stateDir()
    await config(directory, { channels: { telegram: { dmPolicy: 'disabled' } } })
    const pairing = await open(directory)
    await writeFile(join(directory, 'openclaw.json'), '{ broken')
    await expect(pairing.reload()).rejects.toMatchObject({ code: 'ERR_CONFIG_SYNTAX' })
    expect(await pairing.gate(message('1001'))).toMatchObject({ because: 'policy-disabled' })
    await pairing.close()
  })

  it('with errors stops a bot, and leaves the owner a way in', async () => {
    const directory = await stateDir()
    await config(directory, { channels: { telegram: { dmPolicy: 'open', allowFrom: ['1'] } } })
    await expect(open(directory)).rejects.toMatchObject({ code: 'ERR_CONFIG_INVALID' })
    const owner = await open(directory, { config: 'any' })
    expect(await owner.gate(message('1001'))).not.toMatchObject({ outcome: 'deliver' })
    await owner.close()
  })
})

describe('the notice of an approval', () => {
  it('is sent once, when another process approved', async () => {
    const directory = await stateDir()
    const gateway = await open(directory)
    const sent: OutboundText[] = []
    gateway.announce(telegram, async (text) => {
      sent.push(text)
      return { outcome: 'sent' }
    })
    await gateway.gate(message('1001'))
    const cli = await open(directory)
    await cli.people.approve(root, { ...telegram, typed: await pendingCode(cli) })
    await cli.close()
    await vi.waitFor(() => expect(sent).toHaveLength(1), { timeout: 20_000 })
    expect(sent[0]).toMatchObject({ to: '1001' })
    const known = await gateway.people.allowed(root, telegram)
    await vi.waitFor(() => expect(known).toMatchObject([{ senderId: '1001' }]), { timeout: 20_000 })
    await gateway.close()

    const later = await open(directory)
    later.announce(telegram, async (text) => {
      sent.push(text)
      return { outcome: 'sent' }
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    await later.close()
    expect(sent).toHaveLength(1)
  })

  it('waits for a bot that was down', async () => {
    const directory = await stateDir()
    const before = await open(directory)
    await before.gate(message('1001'))
    await before.people.approve(root, { ...telegram, typed: await pendingCode(before) })
    await before.close()
    const after = await open(directory)
    const sent: OutboundText[] = []
    after.announce(telegram, async (text) => {
      sent.push(text)
      return { outcome: 'failed', reason: 'HTTP 502' }
    })
    await vi.waitFor(() => expect(sent).toHaveLength(1), { timeout: 20_000 })
    await vi.waitFor(async () =>
      expect(await after.people.allowed(root, telegram)).toMatchObject([
        { notice: { state: 'failed', reason: 'HTTP 502' } },
      ]),
    )
    await after.close()
  })
})

describe('the notice of a rejection', () => {
  it.each(['runs', 'is down'])('is sent once when the bot %s', async (bot) => {
    const directory = await stateDir()
    const sent: OutboundText[] = []
    const announce = (pairing: NodePairing): void => {
      pairing.announce(telegram, async (text) => {
        sent.push(text)
        return { outcome: 'sent' }
      })
    }
    const before = await open(directory)
    onTestFinished(before.close)
    await before.gate(message('1001'))
    if (bot === 'runs') announce(before)
    else await before.close()
    const cli = await open(directory)
    await cli.people.reject(root, { ...telegram, typed: await pendingCode(cli) })
    await cli.close()
    const after = bot === 'runs' ? before : await open(directory)
    onTestFinished(after.close)
    if (bot !== 'runs') announce(after)
    await vi.waitFor(() => expect(sent).toHaveLength(1), { timeout: 20_000 })
    expect(sent[0]).toMatchObject({ to: '1001', text: expect.stringContaining('not approved') })
    await after.close()
    const later = await open(directory)
    onTestFinished(later.close)
    announce(later)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(sent).toHaveLength(1)
  })
})

describe('an owner', () => {
  it('of the store counts at once beside one of the configuration, in a bot that runs', async () => {
    const directory = await stateDir()
    const name = (senderId: string) => ({ ...telegram, senderId: message(senderId).senderId })
    const cli = await open(directory)
    onTestFinished(cli.close)
    await cli.people.allow(root, name('7'))
    await writeFile(
      join(directory, 'openclaw.json'),
      JSON.stringify({ commands: { ownerAllowFrom: ['telegram:999'] } }),
    )
    const bot = await open(directory)
    onTestFinished(bot.close)
    expect(bot.people.isOwner(name('999'))).toBe(true)
    expect(bot.people.isOwner(name('1001'))).toBe(false)
    await cli.people.addOwner(root, name('1001'))
    expect(bot.people.isOwner(name('1001'))).toBe(true)
    for (const id of ['1001', '999']) {
      expect(await bot.gate(message(id))).toMatchObject({ grant: { via: 'owner' } })
    }
    await cli.people.removeOwner(root, name('1001'))
    expect((await bot.gate(message('1001'))).outcome).toBe('challenge')
    expect(await bot.people.removeOwner(root, name('999'))).toMatchObject({
      where: expect.stringMatching(/^commands\.ownerAllowFrom in .*openclaw\.json$/),
    })
  })
})

it('keeps the well-known files where OPENCLAW_OAUTH_DIR says', async () => {
  const directory = await stateDir()
  const credentials = join(directory, '..', 'elsewhere')
  const pairing = await open(directory, { env: { OPENCLAW_OAUTH_DIR: credentials } })
  await pairing.people.allow(root, { ...telegram, senderId: message('1001').senderId })
  await pairing.close()
  expect(existsSync(join(directory, 'credentials'))).toBe(false)
  const file = join(credentials, 'telegram-allowFrom.json')
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ allowFrom: ['1001'] })
  await writeFile(file, JSON.stringify({ version: 1, allowFrom: [] }))
  const again = await open(directory, { env: { OPENCLAW_OAUTH_DIR: credentials } })
  expect(await again.gate(message('1001'))).not.toMatchObject({ outcome: 'deliver' })
  await again.close()
})
