import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { complaints, folderWith, load, loadFrom } from './support.ts'

const URL_TEXT = 'postgres://ada:hunter2@db.example.org:5433/pairing?sslmode=verify-full'
const store = (section: unknown, env: Record<string, string> = {}) =>
  load(section === undefined ? {} : { store: section }, { env })

describe('where pairing is kept', () => {
  it('is the state directory unless a database is named', async () => {
    expect((await store(undefined)).store).toEqual({ kind: 'files' })
    expect((await store({})).store).toEqual({ kind: 'files' })
    expect((await store(undefined, { OPENCLAW_STORE_URL: ' ' })).store).toEqual({ kind: 'files' })
  })

  it('is the database of store.url, or of the environment, which outranks it', async () => {
    const named = { kind: 'postgres', url: URL_TEXT, listenUrl: undefined, schema: 'openclaw' }
    expect((await store({ url: URL_TEXT })).store).toEqual(named)
    expect((await store(undefined, { OPENCLAW_STORE_URL: URL_TEXT })).store).toEqual(named)
    const both = await store({ url: 'postgresql://other/x' }, { OPENCLAW_STORE_URL: URL_TEXT })
    expect(both.store).toEqual(named)
    expect(both.problems).toEqual([])
    const filled = await store({ url: `\${DB}` }, { DB: URL_TEXT })
    expect(filled.store).toEqual(named)
  })

  it('is read from a file of its owner', async () => {
    const folder = await folderWith({ 'pairing.json5': { store: { urlFile: './store-url' } } })
    writeFileSync(join(folder, 'store-url'), `${URL_TEXT}\n`)
    chmodSync(join(folder, 'store-url'), 0o600)
    expect((await loadFrom(folder)).store).toMatchObject({ kind: 'postgres', url: URL_TEXT })
    writeFileSync(join(folder, 'store-url'), 'nothing')
    const config = await loadFrom(folder)
    expect(config.store).toEqual({ kind: 'unusable' })
    expect(complaints(config)).toEqual(['error store.urlFile'])
  })

  it('has a schema for each profile', async () => {
    const env = { OPENCLAW_STORE_URL: URL_TEXT }
    const schemaOf = async (profile: string) => {
      const { store } = await load({}, { env, args: { profile } })
      return store.kind === 'postgres' ? store.schema : store.kind
    }
    expect(await schemaOf('work-2')).toBe('openclaw_work_2')
    // these would come to the same
    for (const profile of ['Work-2', 'work_2']) expect(await schemaOf(profile)).toBe('unusable')
    expect(await schemaOf('x'.repeat(50))).toBe('unusable')
    const named = await load({ store: { schema: 'pairing' } }, { env, args: { profile: 'Work' } })
    expect(named.store).toMatchObject({ schema: 'pairing' })
  })

  it('asks for no schema where everything is in files, whatever the profile is called', async () => {
    for (const profile of ['Work', 'a_b', 'x'.repeat(60)]) {
      expect((await load({}, { args: { profile } })).store).toEqual({ kind: 'files' })
    }
  })

  it.each([
    ['another server', { url: 'mysql://root:hunter2@db/x' }, 'error store.url'],
    ['no address', { url: 'postgres://' + ' hunter2' }, 'error store.url'],
    ['something else than text', { url: 5 }, 'error store.url'],
    ['nothing', { url: '' }, 'error store.url'],
    ['a variable that is not set', { url: `\${NOWHERE}` }, 'error store.url'],
    ['a list', [], 'error store'],
    ['two addresses', { url: URL_TEXT, urlFile: './nowhere' }, 'error store.urlFile'],
    [
      'a wrong address for notifications',
      { url: URL_TEXT, listenUrl: 'x' },
      'error store.listenUrl',
    ],
    ['no name of a schema', { url: URL_TEXT, schema: 'Öffentlich' }, 'error store.schema'],
    ['a name of the server’s own', { url: URL_TEXT, schema: 'pg_x' }, 'error store.schema'],
    ['a schema and no database', { schema: 'openclaw' }, 'error store'],
    ['a slip in the only key', { ur: URL_TEXT }, 'error store'],
    [
      'an address for the name of its file',
      { urlFile: 'postgres://root:hunter2@db/x' },
      'error store.urlFile',
    ],
  ])('cannot be used with %s, and is not files then', async (_, section, complaint) => {
    const config = await store(section)
    expect(config.store).toEqual({ kind: 'unusable' })
    expect(complaints(config)).toContain(complaint)
    expect(JSON.stringify(config.problems)).not.toContain('hunter2')
  })

  it('cannot be used when the environment names something else', async () => {
    const config = await store({ url: URL_TEXT }, { OPENCLAW_STORE_URL: '/var/lib/hunter2' })
    expect(config.store).toEqual({ kind: 'unusable' })
    expect(complaints(config)).toEqual(['error OPENCLAW_STORE_URL'])
    expect(JSON.stringify(config.problems)).not.toContain('hunter2')
  })

  it('is ours alone: OpenClaw refuses the key', async () => {
    const folder = await folderWith({ 'openclaw.json': { store: { url: URL_TEXT } } })
    const config = await loadFrom(folder)
    expect(config.ownKeys.map(({ path }) => path)).toEqual(['store'])
    const slip = await store({ url: URL_TEXT, listenUlr: URL_TEXT })
    expect(complaints(slip)).toEqual(['warning store.listenUlr'])
  })
})
