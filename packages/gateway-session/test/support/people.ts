import type { OperatorScope } from '../../src/index.ts'
import { type Ask, type TestDevice, testDevice } from './device.ts'
import type { Socket, TestGateway } from './gateway.ts'

/** Somebody who is connected. */
export interface Person {
  readonly device: TestDevice
  readonly socket: Socket
}

/** A connected operator with these scopes. */
export async function operator(
  gateway: TestGateway,
  scopes: readonly (OperatorScope | string)[],
  ask: Ask = {},
): Promise<Person> {
  const device = testDevice()
  gateway.door.pair(device, { role: 'operator', scopes })
  const socket = gateway.socket()
  const answer = await socket.as(device, { role: 'operator', scopes, ...ask })
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  return { device, socket }
}

/** A connected node. */
export async function node(
  gateway: TestGateway,
  ask: Ask & { readonly granted?: readonly string[] } = {},
): Promise<Person> {
  const device = testDevice()
  const commands = ask.granted ?? ask.commands ?? ['system.run', 'system.which']
  gateway.door.pair(device, { role: 'node', commands })
  const socket = gateway.socket()
  const answer = await socket.as(device, ask)
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  return { device, socket }
}

/** Another connection of somebody. */
export async function again(gateway: TestGateway, { device }: Person, ask: Ask = {}) {
  const socket = gateway.socket()
  const answer = await socket.as(device, ask)
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  return { device, socket }
}
