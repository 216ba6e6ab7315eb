import { expect, it } from 'vitest'
import { increment, numbers, onSchema, type TestSchema, until } from './support-store.ts'

const settingOf = async ({ sql }: TestSchema, name: string): Promise<unknown> =>
  (await sql(`SHOW ${name}`))[0]?.[name]

it(
  'tells how the server is set, and the way to it',
  onSchema(async (schema) => {
    const { open, url } = schema
    const store = await open()
    const { hostname, host, pathname } = new URL(url)
    expect(store.where).toBe(`${host}${pathname}`)
    expect(await store.settings()).toEqual({
      versionNumber: Number(await settingOf(schema, 'server_version_num')),
      fsync: (await settingOf(schema, 'fsync')) === 'on',
      fullPageWrites: (await settingOf(schema, 'full_page_writes')) === 'on',
      synchronousCommit: await settingOf(schema, 'synchronous_commit'),
      synchronousStandbys: '',
      dataChecksums: (await settingOf(schema, 'data_checksums')) === 'on',
      isSuperuser: true,
      notWritable: [],
      isEncrypted: false,
      isLocal: hostname === '127.0.0.1',
      isHeard: true,
    })
  }),
)

it(
  'tells that notifications do not arrive',
  onSchema(async ({ open, url, sql, schema }) => {
    const name = `${schema}_deaf`
    await sql(`CREATE DATABASE ${name}`)
    // those of one database are not heard in another
    const store = await open({
      listenUrl: Object.assign(new URL(url), { pathname: `/${name}` }).href,
    })
    expect(await store.settings()).toMatchObject({ isHeard: false })
    await store.close()
    await sql(`DROP DATABASE ${name}`)
  }),
)

it(
  'needs no connection to hear with, and sees changes of others all the same',
  onSchema(async ({ open, sql, schema }) => {
    const application = `openclaw ${schema}`
    const store = await open({ listens: 'never', applicationName: application })
    const other = await open()
    await increment(other, 'n')
    await until(() => store.view(numbers).has('n'))
    expect(store.health()).toMatchObject({ state: 'ok', listening: false })
    const heard = await sql(
      "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND query LIKE 'LISTEN%'",
      [application],
    )
    expect(heard).toEqual([])
  }),
)
