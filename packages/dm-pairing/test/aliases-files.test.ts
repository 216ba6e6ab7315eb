import type { Json } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { directory } from './directory.ts'
import { at, challenged, HOUR, id, message, ROOT, type World, who, world } from './world.ts'

const HERE = at('signal')
const ALLOW = 'signal-allowFrom.json'
const PAIRING = 'signal-pairing.json'
const N = '+1555'
const A = 'uuid:a'
const B = 'uuid:b'

const said = async ({ dm }: World, senderId: string, ...aliases: readonly string[]) =>
  (await dm.gate(message(senderId, { ...HERE, aliases: aliases.map(id) }))).outcome
const list = (...allowFrom: readonly string[]): Json => ({ version: 1, allowFrom })
const person = (senderId: string) => who(senderId, HERE)

async function letIn() {
  const here = world()
  const folder = directory(here)
  const { code } = await challenged(here.dm, N, { ...HERE, aliases: [id(A)] })
  await here.dm.approve(ROOT, { ...HERE, typed: code })
  await folder.sync()
  return { here, ...folder }
}

describe('the file of who was let in', () => {
  it('shows a person once, under the id by which they were approved', async () => {
    const { files } = await letIn()
    expect(files.get(ALLOW)).toEqual(list(N))
  })

  it('takes all ids of whom it does not show any more, and gives them back with the line', async () => {
    const { here, files, sync } = await letIn()
    files.set(ALLOW, list())
    await sync()
    expect(await here.dm.allowed(ROOT, HERE, 'revoked')).toMatchObject([{ senderId: N }])
    files.set(ALLOW, list(N))
    expect(await sync()).toEqual([])
    expect(await said(here, A)).toBe('deliver')
    files.set(ALLOW, list())
    await sync()
    expect(await said(here, A)).toBe('challenge')
  })

  it('takes an id that another line of the same person knew', async () => {
    const { here, files, sync } = await letIn()
    await here.dm.allow(ROOT, person(B))
    await here.dm.allow(ROOT, person('+1777'))
    await said(here, B, '+1777')
    await sync()
    expect(files.get(ALLOW)).toEqual(list(N, '+1777', B))
    files.set(ALLOW, list(N, B))
    await sync()
    expect(await said(here, '+1777')).toBe('challenge')
    expect(await said(here, B)).toBe('deliver')
  })

  it('takes no second line of the same person, and says why', async () => {
    const { here, files, sync } = await letIn()
    files.set(ALLOW, list(N, A))
    const refused = await sync()
    expect(refused).toMatchObject([{ subject: expect.stringContaining(A) }])
    expect(refused[0]?.why).toContain(N)
    expect(files.get(ALLOW)).toEqual(list(N))
    expect(await said(here, A)).toBe('deliver')
  })

  it.each(['block', 'revoke'] as const)('lets in no other id after a %s', async (verb) => {
    const { here, files, sync } = await letIn()
    await here.dm[verb](ROOT, person(N))
    await sync()
    files.set(ALLOW, list(A))
    expect(await sync()).toMatchObject([{ subject: expect.stringContaining(A) }])
    expect(files.get(ALLOW)).toEqual(list())
    expect(await said(here, A)).not.toBe('deliver')
  })

  it('lets in no other id within the hour after a rejection', async () => {
    const here = world()
    const { files, sync } = directory(here)
    const { code } = await challenged(here.dm, N, { ...HERE, aliases: [id(A)] })
    await here.dm.reject(ROOT, { ...HERE, typed: code })
    files.set(ALLOW, list(A))
    expect(await sync()).toHaveLength(1)
    here.clock.advance(HOUR)
    files.set(ALLOW, list(A))
    expect(await sync()).toEqual([])
  })

  it('shows the lasting id where the number passed on, and takes the number from no hand edit', async () => {
    const { here, files, sync } = await letIn()
    await said(here, N, B)
    await sync()
    expect(files.get(ALLOW)).toEqual(list(A))
    files.set(ALLOW, list(A, N))
    const refused = await sync()
    expect(refused).toMatchObject([{ subject: expect.stringContaining(N) }])
    expect(refused[0]?.why).toContain('theirs no more')
    expect(files.get(ALLOW)).toEqual(list(A))
  })

  it('written by the CLI of 2026.2, request first, lets in by all ids of the request', async () => {
    const here = world()
    const { files, read, sync } = directory(here)
    await challenged(here.dm, N, { ...HERE, aliases: [id(A)] })
    await sync()
    files.set(PAIRING, { version: 1, requests: [] })
    await read(PAIRING)
    expect(await said(here, A)).toBe('pending')
    files.set(ALLOW, list(N))
    await read(ALLOW)
    expect(await said(here, A)).toBe('deliver')
    expect(await said(here, N)).toBe('deliver')
  })
})
