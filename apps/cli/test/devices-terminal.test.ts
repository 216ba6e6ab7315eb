import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyHome, type Home, type Json } from './support/cli.ts'
import { asksAsNode, connects, deviceIdOf, paired, waits } from './support/devices.ts'
import { noTerminal, onTerminal, type TerminalRun } from './support/terminal.ts'

let home: Home
beforeEach(async () => {
  home = await emptyHome()
})
afterEach(() => home.remove())

const phone = {
  key: 'phone',
  commands: ['camera.snap', 'system.which'],
  description: { displayName: 'Anna\u001b[31m', platform: 'android' },
}
const run = (...words: string[]): TerminalRun => onTerminal(home, ['devices', ...words])
const words = (page: TerminalRun): string => page.screen().replace(/\s+/g, ' ')
const lists = async () =>
  (await home.json(['devices', 'list'])) as { pending: Json[]; paired: Json[] }

describe.skipIf(noTerminal)('devices on a terminal', () => {
  it('are shown with what they ask for and what that gives, before approve asks', async () => {
    const requestId = await waits(home, phone)
    const approve = run('approve', requestId)
    await approve.shows(/Approve\? \[y\/N\/r\]/)
    const facts = [
      '(as it calls itself)',
      'android',
      '203.0.113.9',
      deviceIdOf('phone'),
      'role node',
      'commands camera.snap, system.which',
      'decides nothing there',
      requestId,
    ]
    for (const fact of facts) expect(approve.screen()).toContain(fact)
    expect(approve.screen()).toMatch(/Key words\S* {2}[a-z]+( [a-z]+){5} \(/)
    expect(approve.screen()).not.toContain('\u001b[31m')
    approve.type('y\r')
    expect(await approve.exit).toBe(0)
    expect(await lists()).toMatchObject({ pending: [], paired: [{ roles: ['node'] }] })
  })

  it('says which commands this gateway would not pass on, as it is configured', async () => {
    const requestId = await waits(home, phone)
    const before = run('approve', requestId)
    await before.shows(/Approve\?/)
    expect(words(before)).toContain('your assistant may use no command on it')
    expect(words(before)).toContain('camera.snap, system.which: this gateway does not ask')
    before.type('\r')
    await before.exit
    const nodes = { allowCommands: ['camera.snap'] }
    await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify({ gateway: { nodes } }))
    const after = run('approve', requestId)
    await after.shows(/Approve\?/)
    expect(words(after)).toContain('may use the command camera.snap on it')
    expect(words(after)).toContain(' system.which: this gateway does not ask')
    after.type('\r')
    await after.exit
  })

  it('says what every scope means', async () => {
    const scopes = ['operator.admin', 'operator.talk.secrets']
    const requestId = await waits(home, { key: 'laptop', role: 'operator', scopes })
    const approve = run('approve', requestId)
    await approve.shows(/Approve\?/)
    expect(approve.screen()).toContain('operator.admin: everything, as you do')
    expect(approve.screen()).toContain('operator.talk.secrets: a right that this version does not')
    approve.type('\r')
    expect(await approve.exit).toBe(4)
    const less = run('approve', requestId, '--scopes', 'operator.talk.secrets')
    await less.shows(/Approve\?/)
    expect(less.screen()).not.toContain('everything, as you do')
    less.type('\u0003')
    expect(await less.exit).toBe(4)
    expect((await lists()).pending).toHaveLength(1)
  })

  it('are rejected on r', async () => {
    const approve = run('approve', await waits(home, phone))
    await approve.shows(/Approve\?/)
    approve.type('r\r')
    expect(await approve.exit).toBe(0)
    expect((await connects(home, phone)).outcome).toBe('resting')
  })

  it('get nothing else than what was shown', async () => {
    const laptop = { key: 'laptop', role: 'operator', scopes: ['operator.read', 'operator.write'] }
    const id = await paired(home, { ...laptop, role: 'operator' })
    const wider = { ...laptop, role: 'operator', scopes: ['operator.admin'] } as const
    const approve = run('approve', await waits(home, wider))
    await approve.shows(/Has now[^\n]+operator\.read, operator\.write[\s\S]+Approve\?/)
    const rotate = ['devices', 'rotate', '--device', id, '--role', 'operator']
    await home.run([...rotate, '--scope', 'operator.read'])
    approve.type('y\r')
    expect(await approve.exit).toBe(4)
    expect(approve.screen()).toContain('what it was granted before is not what was shown')
    expect((await lists()).paired).toMatchObject([{ scopes: ['operator.read'] }])
  })

  it('are named by the request that took the place of the one that was shown', async () => {
    const requestId = await waits(home, phone)
    const approve = run('approve', requestId)
    await approve.shows(/Approve\?/)
    const successor = await waits(home, { ...phone, commands: ['system.run'] })
    approve.type('y\r')
    expect(await approve.exit).toBe(3)
    expect(approve.screen()).toContain(`devices approve ${successor}`)
    expect((await lists()).paired).toEqual([])
  })

  it.each([
    ['revoke', ['--role', 'node']],
    ['rotate', ['--role', 'node']],
    ['remove', []],
  ] as const)('%s says what comes of it, and does nothing on Enter alone', async (verb, more) => {
    const id = await paired(home, phone)
    const words = verb === 'remove' ? [id] : ['--device', id, ...more]
    const ask = run(verb, ...words)
    await ask.shows(/ends[\s\S]+\? \[y\/N\]/)
    ask.type('\r')
    expect(await ask.exit).toBe(4)
    expect(await connects(home, { ...phone, bare: true })).toMatchObject({ outcome: 'admitted' })
    expect(await run(verb, ...words, '--yes').exit).toBe(0)
  })

  it('print a token that was made, once, with the way to do without', async () => {
    const id = await paired(home, phone)
    const rotate = run('rotate', '--device', id, '--role', 'node')
    await rotate.shows(/\[y\/N\]/)
    rotate.type('y\r')
    expect(await rotate.exit).toBe(0)
    expect(rotate.screen()).toContain('by itself when it connects with its key')
    const [, token] = /\u001b\[1m([\w-]{43})\u001b/.exec(rotate.screen()) ?? []
    const bare = { ...phone, bare: true } as const
    expect(await connects(home, bare, token)).toMatchObject({ presented: 'right' })
  })
})

describe.skipIf(noTerminal)('nodes of the older pairing on a terminal', () => {
  it('are shown before they are approved, and their token after', async () => {
    const requestId = await asksAsNode(home, 'legacy-1')
    const approve = onTerminal(home, ['nodes', 'approve', requestId])
    await approve.shows(/legacy-1[\s\S]+lets nobody in[\s\S]+\[y\/N\]/)
    approve.type('y\r')
    expect(await approve.exit).toBe(0)
    expect(approve.screen()).toMatch(/\u001b\[1m[\w-]{43}\u001b/)
  })
})
