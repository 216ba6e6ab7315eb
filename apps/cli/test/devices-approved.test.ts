import { expect, it } from 'vitest'
import type { Call } from '../src/args/types.ts'
import { approvedDevice } from '../src/devices/approved.ts'
import type { SeenDevice, SeenGrant, SeenRequest } from '../src/devices/door.ts'
import type { DeviceSession } from '../src/devices/session.ts'
import type { GatewayRuns } from '../src/people/gateway-runs.ts'

const id = 'ab'.repeat(32)
const grant: SeenGrant = {
  role: 'operator',
  scopes: ['operator.read'],
  commands: [],
  approvedAt: 1,
  approvedBy: 'you',
  revokedAt: undefined,
}

/** What is printed, line by line, where a gateway runs here unless told otherwise. */
async function saidOf(
  clientId: string,
  request: Partial<SeenRequest>,
  runs: GatewayRuns = 'here',
): Promise<readonly string[]> {
  const said: string[] = []
  const line = (text: string): number => said.push(text)
  const plain = (text: string): string => text
  const out = { line, prose: line, style: { green: plain, dim: plain } }
  const call = { json: false, screen: { out }, values: {}, program: 'openclaw' }
  const description = { clientId }
  await approvedDevice(
    call as unknown as Call,
    { gatewayRuns: () => Promise.resolve(runs) } as unknown as DeviceSession,
    {
      requestId: 'device-1',
      device: { deviceId: id, description, grants: [grant] } as unknown as SeenDevice,
      request: {
        role: 'operator',
        deviceId: id,
        granted: [],
        difference: ['role operator'],
        description,
        ...request,
      } as unknown as SeenRequest,
    },
  )
  return said
}

it.each([
  ['cli', /^Repeat the command there/],
  ['node-host', /^It comes again by itself, or when it is started again/],
  ['openclaw-ios', /^It tries again by itself, within half a minute/],
])('after an approval of %s, what happens next is true of that client', async (client, next) => {
  const said = await saidOf(client, {})
  expect(said.filter((text) => next.test(text))).toHaveLength(1)
  expect(said.at(-1)).toBe('Undo: openclaw devices revoke --device abababababab --role operator')
})

it.each([
  ['no', /^No gateway runs here: it gets in/],
  ['perhaps-elsewhere', /^It gets in, .* at any gateway that uses this database/],
] as const)('where a gateway runs: %s, nothing else is said', async (runs, next) => {
  expect((await saidOf('cli', {}, runs)).filter((text) => next.test(text))).toHaveLength(1)
})

it('an approval of more is undone to what was there before, a role that was closed is closed', async () => {
  const more = { granted: [grant], difference: ['scope operator.write'] }
  expect((await saidOf('cli', more)).at(-1)).toBe(
    'Undo: openclaw devices rotate --device abababababab --role operator --scope operator.read',
  )
  const closed = { ...more, granted: [{ ...grant, revokedAt: 2 }] }
  expect((await saidOf('cli', closed)).at(-1)).toMatch(/^Undo: openclaw devices revoke /)
  const kind = { granted: [grant], difference: ['platform ios instead of android'] }
  expect((await saidOf('cli', kind)).at(-1)).toMatch(/^There is no way back .* devices revoke /)
})
