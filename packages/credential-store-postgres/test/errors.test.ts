import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { inspect } from 'node:util'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import { expect, inject, it, vi } from 'vitest'
import { nodePostgresStore } from '../src/node.ts'
import { freePort } from './support-server.ts'
import { drawName, errorOf } from './support-store.ts'

const SECRET = 's3cr3t-Pass'
const USER = 'userinfo-user'

/** The address of the server of the tests with some of its parts changed. */
function changed(parts: Partial<URL>): string {
  return Object.assign(new URL(inject('postgresUrl')), parts).href
}

/** Opens, must fail, and the failure tells nobody the secrets. */
async function refusal(url: string): Promise<{ code: string; hint: string; message: string }> {
  const error = await errorOf(nodePostgresStore({ url, openTimeoutMs: 300 }))
  expect(isOpenClawError(error)).toBe(true)
  const shown = inspect(error, { depth: 10, showHidden: true })
  expect(shown).not.toContain(SECRET)
  expect(shown).not.toContain(encodeURIComponent(SECRET))
  expect(shown).not.toContain(USER)
  const { code, hint, message } = error as { code: string; hint: string; message: string }
  expect(message).not.toContain('\n')
  expect(hint).not.toBe('')
  return { code, hint, message }
}

it.each([
  ['nothing', ''],
  ['a word', SECRET],
  ['another protocol', `mysql://${USER}:${SECRET}@127.0.0.1/x`],
  ['a broken port', `postgres://${USER}:${SECRET}@127.0.0.1:99999/x`],
  ['a broken escape', `postgres://${USER}:${SECRET}%zz@127.0.0.1/x`],
  ['an @ and a / in the password', `postgres://${USER}:1@2/${SECRET}@127.0.0.1/x`],
  ['a / in the password', `postgres://${USER}:1/${SECRET}@127.0.0.1/x`],
  ['a ? in the password', `postgres://${USER}:1?${SECRET}@127.0.0.1/x`],
  ['a # in the password', `postgres://${USER}:1#${SECRET}@127.0.0.1/x`],
  ['several hosts', `postgres://${USER}:${SECRET}@a,b/x`],
  ['an sslmode that nobody knows', `postgres://${USER}:${SECRET}@127.0.0.1/x?sslmode=yes`],
  ['verify-ca without an authority', `postgres://${USER}:${SECRET}@127.0.0.1/x?sslmode=verify-ca`],
  [
    'a missing certificate',
    `postgres://${USER}:${SECRET}@127.0.0.1/x?sslmode=verify-full&sslrootcert=/none/${SECRET}`,
  ],
])('refuses a connection string with %s', async (_name, url) => {
  expect((await refusal(url)).code).toBe('ERR_STORE_URL')
})

it('refuses a wrong password and a user that is not there', async () => {
  expect((await refusal(changed({ password: SECRET }))).code).toBe('ERR_STORE_LOGIN')
  const nobody = changed({ username: USER, password: SECRET })
  expect((await refusal(nobody)).code).toBe('ERR_STORE_LOGIN')
})

it('names the database that is missing', async () => {
  const { code, message, hint } = await refusal(changed({ pathname: '/not_there' }))
  expect(code).toBe('ERR_STORE_DATABASE_MISSING')
  expect(message).toContain('/not_there')
  expect(hint).toContain('CREATE DATABASE not_there ENCODING')
  expect((await refusal(changed({ pathname: '/Not-There' }))).hint).toContain('"Not-There" ')
})

it('says that nobody listens, that nobody knows the host, that nobody answers', async () => {
  const port = String(await freePort())
  const refused = await refusal(`postgres://${USER}:${SECRET}@127.0.0.1:${port}/x`)
  expect(refused).toMatchObject({ code: 'ERR_STORE_UNREACHABLE' })
  expect(refused.message).toContain(`127.0.0.1:${port}`)
  const unknown = await refusal(`postgres://${USER}:${SECRET}@nobody.invalid/x`)
  expect(unknown.code).toBe('ERR_STORE_UNREACHABLE')
  const deaf = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
  const at = String((deaf.address() as AddressInfo).port)
  const broken = await refusal(`postgres://${USER}:${SECRET}@127.0.0.1:${at}/x`)
  expect(broken.code).toBe('ERR_STORE_UNREACHABLE')
  await new Promise((resolve) => deaf.close(resolve))
})

it('says that the server does not encrypt where encryption is wanted', async () => {
  const url = changed({ search: '?sslmode=verify-full' })
  const error = await errorOf(nodePostgresStore({ url, openTimeoutMs: 300 }))
  const ours = process.env['OPENCLAW_TEST_POSTGRES_URL'] === undefined
  if (ours) expect(error).toMatchObject({ code: 'ERR_STORE_TLS' })
})

it('takes what the connection string does not say from the usual variables', async () => {
  const { hostname, port, username, password, pathname } = new URL(inject('postgresUrl'))
  vi.stubEnv('PGHOST', hostname)
  vi.stubEnv('PGPORT', port)
  vi.stubEnv('PGUSER', username)
  vi.stubEnv('PGPASSWORD', password)
  vi.stubEnv('PGDATABASE', pathname.slice(1))
  try {
    for (const url of ['postgres://', 'postgresql:///', `postgres:///${pathname.slice(1)}`]) {
      const store = await nodePostgresStore({ url, schema: drawName() })
      expect(store.health().state).toBe('ok')
      await store.close()
    }
  } finally {
    vi.unstubAllEnvs()
  }
})

it('refuses names of schemas that are none', async () => {
  const url = inject('postgresUrl')
  for (const schema of ['', 'a-b', 'A', 'pg_x', 'a"b', 'x'.repeat(49)]) {
    await expect(nodePostgresStore({ url, schema })).rejects.toMatchObject({
      code: 'ERR_STORE_NAME',
    })
  }
})
