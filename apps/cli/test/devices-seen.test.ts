import { expect, it } from 'vitest'
import type { SeenDevice, SeenGrant } from '../src/devices/door.ts'
import { seenAt } from '../src/devices/seen.ts'

const grant = { role: 'node', approvedAt: 100 } as SeenGrant

function at(token: object | undefined, lastSeenAt?: number): number | undefined {
  const tokens = token === undefined ? [] : [{ role: 'node', ...token }]
  return seenAt({ tokens, lastSeenAt, approvedAt: 100 } as unknown as SeenDevice, [grant])
}

it.each([
  ['nothing, where it never came', undefined, undefined, undefined],
  ['its token, handed out after the approval', { createdAt: 150 }, undefined, 150],
  ['no token of before the approval', { createdAt: 100 }, undefined, undefined],
  ['no token that the owner made', { createdAt: 150, rotatedAt: 150 }, undefined, undefined],
  ['the later of both', { createdAt: 150, lastUsedAt: 120 }, undefined, 150],
  ['its last use', { createdAt: 150, lastUsedAt: 170 }, 120, 170],
  ['what is told of the device', undefined, 120, 120],
])('when a device was seen is told by %s', (_, token, lastSeenAt, seen) => {
  expect(at(token, lastSeenAt)).toBe(seen)
})
