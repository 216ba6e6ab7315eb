import type { JournalEntry } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { namesOnly } from '../src/audit/names.ts'
import { rowMaker } from '../src/audit/read.ts'
import { auditTable } from '../src/audit/show.ts'
import type { Page } from '../src/output/screen.ts'
import { styleFor } from '../src/output/style.ts'

const ID = '52c2c2f1807a'.padEnd(64, '0')
const DESK = 'ab'.repeat(32)
const root = { kind: 'root', user: 'ada' }

function entry(action: string, change: object, more: object = {}): JournalEntry {
  const [time, actor] = [Date.UTC(2026, 10, 22), root]
  return { seq: 1, time, actor, action, changes: [change], ...more } as unknown as JournalEntry
}

const paired = (key: string, label: string | undefined, displayName: string) => ({
  collection: 'devices.paired',
  key,
  value: { ...(label === undefined ? {} : { label }), description: { displayName } },
})
const rejected = {
  collection: 'devices.settled',
  key: 'device-1',
  value: { deviceId: ID, role: 'operator', outcome: 'rejected' },
}
const gone = { collection: 'devices.paired', key: ID, value: undefined }
const operator = { actor: { kind: 'operator', deviceId: DESK } }

function shown(entries: readonly JournalEntry[], width?: number): string {
  const style = styleFor({}, { isTerminal: false, allowed: true })
  const page = { style, width } as unknown as Page
  return auditTable(page, entries.flatMap(rowMaker())).join('\n')
}

it('devices, and operators that act, have the names of before', () => {
  const said = shown([
    entry('device.rename', paired(DESK, 'Desk', 'x')),
    entry('device.rename', paired(ID, 'Shed', 'shed-pi')),
    entry('device.reject', rejected, operator),
    entry('device.rename', paired(ID, undefined, 'shed-pi')),
    entry('device.reject', rejected),
    entry('device.remove', gone),
    entry('device.reject', rejected),
  ]).split('\n')
  expect(said[3]).toMatch(/rejected +52c2c2f1807a as operator, Shed +operator Desk abababababab$/)
  expect(said[4]).toMatch(/took the name “Shed” away +52c2c2f1807a, Shed /)
  expect(said[5]).toMatch(/rejected +52c2c2f1807a as operator, “shed-pi” /)
  expect(said[6]).toMatch(/rejected +52c2c2f1807a as operator +ada/)
})

it('which device it is about, and as what, is cut on no terminal', () => {
  const long = paired(ID, 'A name that is as long as names of devices can be', 'x')
  const said = shown([entry('device.rename', long), entry('device.reject', rejected)], 80)
  expect(said).toContain('52c2c2f1807a as operator, A name')
  for (const line of said.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  expect(shown([entry('device.reject', rejected, operator)], 80)).toContain('as operator ')
})

it('a name is found in book-keeping too, of which no more than names is kept', () => {
  const seen = entry('device.seen', {
    ...paired(ID, 'Shed', 'shed-pi'),
    value: {
      label: 'Shed',
      description: { displayName: 'shed-pi', platform: 'linux' },
      grants: {},
    },
  })
  const other = { collection: 'devices.counters', key: 'x', value: {} }
  const kept = namesOnly({ ...seen, changes: [...seen.changes, other] })
  expect(kept.map(({ changes }) => changes)).toEqual([[{ ...paired(ID, 'Shed', 'shed-pi') }]])
  expect(namesOnly(entry('device.seen', other))).toEqual([])
  expect(shown([...kept, entry('device.reject', rejected)]).split('\n')[1]).toContain(', Shed ')
})

it('setup codes are made, taken, withdrawn, replaced and expire; a decision tells of those that it used up', () => {
  const code = (action: string, key: string, value: object, detail = {}) =>
    entry(action, { collection: 'devices.setup', key, value }, { detail })
  const bound = { deviceId: ID }
  const said = shown([
    code('setup.create', 'setup-1', {}, { setupId: 'setup-1' }),
    code('setup.bind', 'setup-1', bound, { setupId: 'setup-1' }),
    code('setup.withdraw', 'setup-1', { ...bound, ended: 'withdrawn' }),
    code('setup.create', 'setup-2', { ended: 'withdrawn' }, { setupId: 'setup-3' }),
    code('setup.create', 'setup-3', { ended: 'expired' }),
    code('setup.expire', 'setup-3', { ended: 'expired' }),
    code('device.approve', 'setup-4', { ...bound, ended: 'used' }),
  ]).split('\n')
  expect(said).toHaveLength(7)
  expect(said[1]).toMatch(/setup code made \(setup-1\) +ada/)
  expect(said[2]).toMatch(/setup code taken \(setup-1\) +52c2c2f1807a as node +ada/)
  expect(said[3]).toMatch(/setup code withdrawn \(setup-1\) +52c2c2f1807a as node +ada/)
  expect(said[4]).toMatch(/setup code replaced \(setup-2\) +ada/)
  for (const line of said.slice(5)) expect(line).toMatch(/setup code expired \(setup-3\) +ada/)
})
