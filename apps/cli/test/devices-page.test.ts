import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { connects, deviceIdOf, paired, type TestDevice, waits } from './support/devices.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'

let home: Home
beforeEach(async () => {
  home = await emptyHome()
})
afterEach(() => home.remove())

/** The rows of a terminal of 80 columns down to the question. */
async function pageOf(device: TestDevice, ...more: readonly string[]): Promise<readonly string[]> {
  const requestId = await waits(home, device)
  const approve = onTerminal(home, ['devices', 'approve', requestId, ...more])
  await approve.shows(/Approve\? \[y\/N\/r\]/)
  const rows = approve
    .screen()
    .replace(/\u001b\[[\d;?]*[A-Za-z]/g, '')
    .split(/\r?\n/)
  approve.type('\r')
  await approve.exit
  return rows
}

/** Rows from the last one of the page to the question. */
const QUESTION = 5

/** What the owner sees last, on a screen of 24 rows. */
function gives(rows: readonly string[]): string {
  const from = rows.findIndex((row) => /^ {2}Gives /.test(row))
  return rows
    .slice(Math.max(from, rows.length - 24))
    .join(' ')
    .replace(/\s+/g, ' ')
}

const phone = { key: 'phone', role: 'operator', scopes: ['operator.admin'] } as const
const android = { platform: 'android' }

describe.skipIf(noTerminal)('the page before an approval', () => {
  it('says the strongest right last, whatever else a device asks for', async () => {
    const name = '-notification-preferences-of-the-display-of-this-device'
    const invented = Array.from({ length: 31 }, (_, at) =>
      `operator.x${String(at)}${name}`.slice(0, 64),
    )
    const rows = await pageOf({ ...phone, scopes: ['operator.admin', ...invented] })
    expect(rows.length).toBeLessThanOrEqual(24 + QUESTION)
    expect(gives(rows)).toMatch(
      /Gives .*31 rights that this version does not know: operator\.x0-.* and \d+ more operator\.admin: everything, as you do y approve n not now/,
    )
    expect(rows.join(' ').replace(/\s+/g, ' ')).toMatch(
      /Asks for role operator scopes operator\.admin, operator\.x/,
    )
  })

  it('names the gravest commands first, and few enough to be read', async () => {
    const names = Array.from({ length: 500 }, (_, at) => `canvas.a${String(at)}-theme-of-the-page`)
    const families = Array.from(
      { length: 10 },
      (_, at) => `camera.a${'z'.repeat(100)}${String(at)}`,
    )
    const commands = [...names, ...families, 'system.run', 'camera.snap']
    const description = { platform: 'linux' }
    const rows = await pageOf({ key: 'box', commands, description })
    expect(rows.length).toBeLessThanOrEqual(24 + QUESTION)
    expect(gives(rows)).toContain('may use the command system.run on it')
    const text = rows.join(' ').replace(/\s+/g, ' ')
    expect(text).toMatch(/Asks for role node commands system\.run, camera\.snap, .* and \d+ more/)
    expect(text).toMatch(/Not used camera\.snap, .* and \d+ more: this gateway does not ask/)
    const listed = await home.json(['devices', 'list'])
    expect(listed).toMatchObject({ pending: [{ commands: [...commands].sort() }] })
  })

  it('of another kind of machine says what it keeps, and what is left of it where less was chosen', async () => {
    await paired(home, phone)
    const other = { ...phone, scopes: [], description: android, bare: true } as const
    const rows = await pageOf(other)
    expect(gives(rows)).toContain('where it may operator.admin: everything, as you do y approve')
    expect(gives(await pageOf(other, '--scopes', 'operator.read'))).toContain(
      'where it may operator.read: see what happens y approve',
    )
    const { pending } = (await home.json(['devices', 'list'])) as {
      pending: [{ requestId: string }]
    }
    expect(pending).toMatchObject([{ after: { scopes: ['operator.admin'] } }])
    const { requestId } = pending[0]
    const approve = ['devices', 'approve', requestId, '--scopes', 'operator.read', '--yes']
    expect(await home.run(approve)).toMatchObject({ exit: 0 })
    const admission = await connects(home, { ...other, scopes: ['operator.admin'] })
    expect(admission).toMatchObject({ outcome: 'admitted', device: { scopes: [] } })
    expect(await home.json(['devices', 'list'])).toMatchObject({
      paired: [{ deviceId: deviceIdOf('phone'), scopes: ['operator.read'] }],
    })
  })

  it('of a paired device that asks for more says all that it has afterwards', async () => {
    await paired(home, { ...phone, scopes: ['operator.pairing'] })
    const rows = await pageOf({ ...phone, scopes: ['operator.read'] })
    expect(gives(rows)).toMatch(/operator\.read: see what happens operator\.pairing: decide about/)
  })
})
