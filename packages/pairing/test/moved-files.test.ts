import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import type { NodePairing } from '../src/node.ts'
import { open, root, stateDir, telegram } from './support.ts'

const sender = (senderId: string) => ({ ...telegram, senderId }) as never

async function within<R>(
  directory: string,
  { place, mode = 'write' }: { place?: string; mode?: 'read' | 'write' },
  work: (pairing: NodePairing) => Promise<R>,
): Promise<R> {
  const env = place === undefined ? {} : { OPENCLAW_OAUTH_DIR: place }
  const pairing = await open(directory, { env, mode })
  try {
    return await work(pairing)
  } finally {
    await pairing.close()
  }
}

const ids = async (pairing: NodePairing): Promise<readonly string[]> => {
  const found = await pairing.people.allowed(root, telegram)
  return (found as readonly { senderId: string }[]).map(({ senderId }) => senderId)
}

it('lets nobody in and out because one shell has OPENCLAW_OAUTH_DIR and another has not', async () => {
  const directory = await stateDir()
  const place = join(directory, '..', 'creds')
  // what 2026.2 left behind there, years ago; the service never looks at it
  const old = join(directory, 'credentials/telegram-allowFrom.json')
  mkdirSync(dirname(old), { recursive: true, mode: 0o700 })
  writeFileSync(old, '{"version":1,"allowFrom":["999"]}', { mode: 0o600 })
  await within(directory, { place }, async (pairing) => {
    await pairing.people.allow(root, sender('1'))
    await pairing.people.allow(root, sender('2'))
    expect(await ids(pairing)).toEqual(['1', '2'])
  })
  for (const mode of ['write', 'read'] as const) {
    const elsewhere = within(directory, { mode }, ids)
    await expect(elsewhere).rejects.toMatchObject({
      code: 'ERR_STORE_FOLDER_MOVED',
      kept: place,
      asked: join(directory, 'credentials'),
      hint: expect.stringContaining(`set OPENCLAW_OAUTH_DIR=${place}`),
    })
  }
  expect(readFileSync(old, 'utf8')).toContain('999')
  expect(await within(directory, { place }, ids)).toEqual(['1', '2'])
})
