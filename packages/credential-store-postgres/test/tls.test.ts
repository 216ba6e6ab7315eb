import { appendFileSync, chmodSync, chownSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodePostgresStore } from '../src/node.ts'
import { startServer, type TestServer } from './support-server.ts'
import { drawName, errorOf, numbers, put, withClient } from './support-store.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  const own = await certificate('db.example')
  const data = join(server.folder, 'data')
  const { uid, gid } = statSync(data)
  for (const [name, text] of Object.entries({
    'server.crt': own.cert,
    'server.key': own.private,
  })) {
    writeFileSync(join(data, name), text)
    chmodSync(join(data, name), 0o600)
    chownSync(join(data, name), uid, gid)
  }
  writeFileSync(join(server.folder, 'own.crt'), own.cert)
  writeFileSync(join(server.folder, 'other.crt'), (await certificate('db.example')).cert)
  appendFileSync(join(data, 'postgresql.conf'), '\nssl = on\n')
  await withClient(server.url, (client) => client.query('SELECT pg_reload_conf()'))
})
afterAll(() => server.stop())

/** For 127.0.0.1, signed by nobody else. */
function certificate(name: string): Promise<{ cert: string; private: string }> {
  return generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  })
}

/** `own` and `other` stand for files of certificates. */
function urlOf(query: string, host = '127.0.0.1'): string {
  const url = new URL(server.url)
  url.hostname = host
  const file = (name: string): string => encodeURIComponent(join(server.folder, `${name}.crt`))
  return `${url.href}?${query.replace(/=(own|other)$/, (_, name: string) => `=${file(name)}`)}`
}

it.each([
  ['sslmode=disable', false],
  ['', false],
  ['sslmode=allow', true],
  ['sslmode=prefer', true],
  ['sslmode=require', true],
  ['sslmode=no-verify', true],
  ['sslmode=require&sslrootcert=own', true],
  ['sslmode=verify-ca&sslrootcert=own', true],
  ['sslmode=verify-full&sslrootcert=own', true],
])('opens with %j; encrypted: %j', async (query, encrypted) => {
  const applicationName = drawName()
  const store = await nodePostgresStore({ url: urlOf(query), applicationName })
  await put(store, 'k', 1)
  expect(store.view(numbers).get('k')).toBe(1)
  const found = await withClient(server.url, (client) =>
    client.query(
      'SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = $1',
      [applicationName],
    ),
  )
  expect(found.rows).toEqual([{ ssl: encrypted }])
  await store.close()
})

it.each([
  ['an authority that nobody knows', 'sslmode=verify-full', '127.0.0.1'],
  [
    'the same with the authorities of this machine',
    'sslmode=verify-full&sslrootcert=system',
    '127.0.0.1',
  ],
  ['another authority', 'sslmode=verify-full&sslrootcert=other', '127.0.0.1'],
  [
    'another authority, where its name does not count',
    'sslmode=verify-ca&sslrootcert=other',
    '127.0.0.1',
  ],
  ['another host', 'sslmode=verify-full&sslrootcert=own', 'localhost'],
])('refuses %s', async (_name, query, host) => {
  const error = await errorOf(nodePostgresStore({ url: urlOf(query, host), openTimeoutMs: 500 }))
  expect(error).toMatchObject({ code: 'ERR_STORE_TLS' })
})
