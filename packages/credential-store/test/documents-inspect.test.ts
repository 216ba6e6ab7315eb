import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import type { JsonObject } from '@openclaw/pairing-contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inspectDocuments } from '../src/documents/inspect.ts'
import type { DocumentFinding } from '../src/documents/types.ts'
import { families } from './documents-family.ts'
import { portsOf, realClock, type World, world } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const list = (...ids: string[]): JsonObject => ({ version: 1, allowFrom: ids })

describe('looking at the files without a store', () => {
  let place: World
  beforeEach(async () => {
    place = world()
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
  })
  afterEach(() => place.remove())

  const inspect = (): readonly DocumentFinding[] =>
    inspectDocuments({ root: place.root, families }, portsOf(place.root, place.host, realClock))
  const found = (): readonly (readonly [string, string])[] =>
    inspect().map(({ code, file }) => [code, file.slice(place.root.length + 1)])

  it('finds nothing where all is well, nor in an empty directory', () => {
    expect(inspect()).toEqual([])
    rmSync(place.root, { recursive: true })
    mkdirSync(place.root)
    expect(inspect()).toEqual([])
  })

  it('says of each thing what, what follows and what to do', () => {
    chmodSync(place.path('credentials'), 0o755)
    chmodSync(place.path(ALLOW), 0o644)
    place.write('credentials/signal-allowFrom.json', '{"version"')
    symlinkSync('/etc/hostname', place.path('credentials/slack-allowFrom.json'))
    mkdirSync(place.path('credentials/discord-pairing.json'), { mode: 0o700 })
    writeFileSync(place.path(`${ALLOW}.lock`), '{"pid":4194305}')
    const temp = 'credentials/.x.json.1-0123456789abcdef.pairing-tmp'
    writeFileSync(place.path(temp), '')
    utimesSync(place.path(temp), 1, 1)
    writeFileSync(place.path(`${ALLOW}.damaged-20261122T181542588Z-1`), '{', { mode: 0o600 })
    expect(found()).toEqual([
      ['ERR_DOCUMENT_MODE', 'credentials'],
      ['ERR_DOCUMENT_LEFTOVER', temp],
      ['ERR_DOCUMENT_DAMAGED', 'credentials/discord-pairing.json'],
      ['ERR_DOCUMENT_DAMAGED', 'credentials/signal-allowFrom.json'],
      ['ERR_DOCUMENT_LINK', 'credentials/slack-allowFrom.json'],
      ['ERR_DOCUMENT_MODE', ALLOW],
      ['ERR_DOCUMENT_LEFTOVER', `${ALLOW}.lock`],
      ['ERR_DOCUMENT_KEPT', `${ALLOW}.damaged-20261122T181542588Z-1`],
    ])
    for (const { problem, consequence, fix } of inspect()) {
      for (const text of [problem, consequence, fix]) expect(text).toMatch(/^\S.{3,}/)
    }
  })

  it('changes nothing', () => {
    chmodSync(place.path('credentials'), 0o755)
    place.write(ALLOW, '{"version"')
    const before = place.list()
    inspect()
    expect(place.list()).toEqual(before)
    expect(place.read(ALLOW)).toBe('{"version"')
  })

  it('tells damage that will be mended from damage that nobody can mend', () => {
    place.write(ALLOW, '{"version"')
    place.write('credentials/signal-allowFrom.json', '{"version"')
    const [signal, telegram] = inspect()
    expect(telegram?.fix).toContain('rebuilt')
    expect(signal?.fix).toContain('mv ')
  })

  it('misses a file that has something to show, and sees one that is behind', async () => {
    rmSync(place.path(ALLOW))
    expect(found()).toEqual([['ERR_DOCUMENT_MISSING', ALLOW]])
    await place.sync({ sleep: async () => undefined }).open()
    await place.allow('telegram/default/2')
    expect(found()).toEqual([['ERR_DOCUMENT_BEHIND', ALLOW]])
    await place.sync().open()
    place.write(ALLOW, list('1', '2', '3'))
    expect(found()).toEqual([])
  })

  it.each(['credentials', 'pairing-journal', 'pairing-journal/documents'])(
    'refuses a linked %s',
    (name) => {
      rmSync(place.path(name), { recursive: true })
      symlinkSync('/tmp', place.path(name))
      expect(found()).toContainEqual(['ERR_DOCUMENT_LINK', name])
    },
  )

  it('lets no control character and no secret of a file into its words', () => {
    place.write('credentials/signal-allowFrom.json', '{"code":"S3CRET99"\u001b[31m')
    const words = JSON.stringify(inspect())
    expect(words).not.toContain('S3CRET99')
    expect(words).not.toContain('\\u001b')
  })

  it('quotes odd paths in its commands', () => {
    const odd = world()
    mkdirSync(odd.path("it's here/credentials"), { recursive: true, mode: 0o700 })
    const root = odd.path("it's here")
    writeFileSync(`${root}/${ALLOW}`, '{', { mode: 0o600 })
    const [finding] = inspectDocuments({ root, families }, portsOf(root, odd.host, realClock))
    expect(finding?.fix).toContain(`'${root.replaceAll("'", "'\\''")}/${ALLOW}'`)
    odd.remove()
  })
})
