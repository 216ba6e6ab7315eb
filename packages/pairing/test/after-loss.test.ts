import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RepairPlan } from '@openclaw/credential-store'
import { nodeRepairJournal } from '@openclaw/credential-store/node'
import { dmDocumentFamilies } from '@openclaw/dm-pairing'
import { CHANNELS, channelDefinition } from '@openclaw/pairing-config'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { beforeEach, describe, expect, it } from 'vitest'
import type { NodePairing } from '../src/node.ts'
import { message, open, pendingCode, root, stateDir, telegram } from './support.ts'

let directory: string
beforeEach(async () => {
  directory = await stateDir()
})

const HOUR = 3_600_000
const FILE = 'credentials/telegram-allowFrom.json'
const sender = (senderId: string) => ({ ...telegram, senderId }) as never

async function within<R>(work: (pairing: NodePairing) => Promise<R>): Promise<R> {
  const pairing = await open(directory)
  try {
    return await work(pairing)
  } finally {
    await pairing.close()
  }
}

const allow = (id: string, expiresInMs?: number) =>
  within(({ people }) =>
    people.allow(root, sender(id), expiresInMs === undefined ? {} : { expiresInMs }),
  )
const ids = () =>
  within(async ({ people }) => {
    const found = await people.allowed(root, telegram)
    return (found as readonly { senderId: string }[]).map(({ senderId }) => senderId)
  })
/** What a stale program or an old backup would do. */
const list = (...allowFrom: readonly string[]): void =>
  writeFileSync(join(directory, FILE), JSON.stringify({ version: 1, allowFrom }))

/** Spoils the last line of the journal that holds `text`. */
function lose(text: string): void {
  const folder = join(directory, 'pairing-journal')
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  const file = join(folder, names.sort().at(-1) ?? '')
  const lines = readFileSync(file, 'utf8').split('\n')
  const index = lines.findLastIndex((line) => line.includes(text))
  expect(index).toBeGreaterThan(0)
  lines[index] = (lines[index] ?? '').replace('seq', 'sEq')
  writeFileSync(file, lines.join('\n'))
}

/** Answers whom the repair decided about. */
async function repair(): Promise<{
  readonly plan: RepairPlan | undefined
  readonly named: readonly string[]
}> {
  const families = dmDocumentFamilies(
    CHANNELS.map(({ name }) => name),
    { channels: channelDefinition },
  )
  const clock = { now: () => Date.now() as EpochMs }
  const plan = await nodeRepairJournal({ root: directory, clock, families })
  const senders = plan?.fromFiles.filter(({ collection }) => collection === 'dm.senders') ?? []
  return { plan, named: senders.map(({ key }) => key) }
}

describe('a repair that lost decisions', () => {
  it('does not make a grant that was to end by itself one without end', async () => {
    await allow('1')
    await allow('666', 2 * HOUR)
    lose('666')
    expect((await repair()).named).toEqual(['telegram/default/666'])
    expect(await ids()).toEqual(['1'])
    list('1', '666')
    expect(await ids()).toEqual(['1'])
    await allow('666')
    expect(await ids()).toEqual(['1', '666'])
  })

  it('leaves somebody in whose grant can still be read, with its end', async () => {
    await allow('1', 2 * HOUR)
    await allow('2')
    lose('default/2')
    await repair()
    const found = await within(({ people }) => people.allowed(root, telegram))
    expect(found).toMatchObject([{ senderId: '1', expiresAt: expect.any(Number) }])
  })

  it('keeps a revoked sender out although a file gives them back later', async () => {
    await allow('666')
    await within(({ people }) => people.revoke(root, sender('666')))
    lose('dm.revoke')
    expect((await repair()).named).toEqual(['telegram/default/666'])
    expect(await ids()).toEqual([])
    list('666')
    expect(await ids()).toEqual([])
    await allow('666')
    expect(await ids()).toEqual(['666'])
  })

  it('keeps an approval that was acknowledged although its file could not be written yet', async () => {
    await allow('1')
    await allow('2')
    // as after a kill within a second, or while the file belonged to somebody else: the file is behind
    const parts = ['credentials', 'pairing-journal/documents'] as const
    const copy = (from: string, to: string): void => {
      for (const part of parts) cpSync(join(from, part), join(to, part), { recursive: true })
    }
    copy(directory, `${directory}-before`)
    await allow('777')
    copy(`${directory}-before`, directory)
    lose('telegram/default/2')
    const { plan, named } = await repair()
    expect(plan?.lost).toEqual([{ from: 2, to: 2 }])
    expect(named).toEqual(['telegram/default/2'])
    expect(await ids()).toEqual(['1', '777'])
  })

  it('lets a request wait on whose approval is lost, so that the owner decides again', async () => {
    const code = await within(async (pairing) => {
      await pairing.gate(message('5'))
      return pendingCode(pairing)
    })
    await within(({ people }) => people.approve(root, { ...telegram, typed: code }))
    lose('dm.approve')
    expect((await repair()).named).toEqual(['telegram/default/5'])
    expect(await ids()).toEqual([])
    expect(await within(pendingCode)).toBe(code)
    await within(({ people }) => people.approve(root, { ...telegram, typed: code }))
    expect(await ids()).toEqual(['5'])
  })

  it('does not let a request wait on whose rejection is lost', async () => {
    const code = await within(async (pairing) => {
      await pairing.gate(message('5'))
      return pendingCode(pairing)
    })
    await within(({ people }) => people.reject(root, { ...telegram, typed: code }))
    lose('dm.reject')
    await repair()
    await within((pairing) => pairing.gate(message('5')))
    await expect(within(pendingCode)).rejects.toThrow('nobody waits')
  })
})
