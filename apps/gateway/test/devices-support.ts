import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ClientStatus,
  connectNode,
  connectOperator,
  createIdentity,
  type DeviceIdentity,
  type GatewayClient,
  type PairingNeeded,
  type TokenCache,
} from '@openclaw/pairing-protocol/client'
import { expect, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { owner, type Place, ROOT, until } from './support.ts'

/** The token that the gateway drew for devices. */
export const tokenOf = ({ stateDir }: Place): string =>
  readFileSync(join(stateDir, 'gateway-token'), 'utf8').trim()

export const wsOf = (url: string): string => url.replace(/^http/, 'ws')

/** What a node connects with. */
export interface NodeFacts {
  readonly url: string
  readonly identity?: DeviceIdentity
  /** What it calls itself; Kitchen unless given. */
  readonly name?: string
  readonly token?: string | undefined
  /** The secret of a setup code. */
  readonly bootstrapToken?: string
  /** Where its device token goes; nowhere else unless given. */
  readonly tokens?: TokenCache
  /** What it pins. */
  readonly tlsFingerprint?: string | undefined
  readonly onStatus?: (status: ClientStatus) => void
  /** What it offers besides `system.which`. */
  readonly more?: readonly string[]
}

/** A node with one command, and what it was told while it waits. */
export function node({ url, identity = createIdentity(), more = [], ...rest }: NodeFacts) {
  const { name = 'Kitchen', token, bootstrapToken, tokens, tlsFingerprint, onStatus } = rest
  const asked: PairingNeeded[] = []
  const client = connectNode({
    url: wsOf(url),
    identity,
    ...(token === undefined ? {} : { auth: { token } }),
    ...(bootstrapToken === undefined ? {} : { auth: { bootstrapToken } }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }),
    ...(onStatus === undefined ? {} : { onStatus }),
    client: { id: 'node-host', displayName: name, platform: 'linux', version: '1.0.0' },
    commands: Object.fromEntries(
      ['system.which', ...more].map((command) => [
        command,
        async (params) => ({ asked: params ?? null }),
      ]),
    ),
    onPairingRequired: (told) => asked.push(told),
  })
  onTestFinished(() => client.close())
  return { client, asked, identity }
}

/** Approves a device as the owner's command does, beside the running gateway. */
export async function approve(here: Place, requestId = ''): Promise<string> {
  const beside = await owner(here)
  const { pairing } = beside.devices()
  const { outcome } = await pairing.approve(ROOT, requestId)
  await beside.close()
  return outcome
}

/** A node that was approved and is connected. */
export async function pairedNode(here: Place, url: string, tlsFingerprint?: string) {
  const kitchen = node({ url, token: tokenOf(here), tlsFingerprint })
  await until(() => kitchen.asked.length > 0)
  expect(await approve(here, kitchen.asked[0]?.requestId)).toBe('approved')
  await kitchen.client.ready({ timeoutMs: 10_000 })
  return kitchen
}

/** A paired operator with all scopes. */
export async function operator(
  here: Place,
  url: string,
  tokens?: TokenCache,
): Promise<GatewayClient> {
  const asked: PairingNeeded[] = []
  const client = connectOperator({
    url: wsOf(url),
    identity: createIdentity(),
    auth: { token: tokenOf(here) },
    scopes: ['operator.admin'],
    ...(tokens === undefined ? {} : { tokens }),
    onPairingRequired: (told) => asked.push(told),
  })
  onTestFinished(() => client.close())
  await until(() => asked.length > 0)
  expect(await approve(here, asked[0]?.requestId)).toBe('approved')
  await client.ready({ timeoutMs: 10_000 })
  return client
}

/** A bare WebSocket, and all that came over it. */
export function bare(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(wsOf(url), { headers, perMessageDeflate: false })
  const frames: Record<string, unknown>[] = []
  socket.on('message', (data) => frames.push(JSON.parse(String(data))))
  socket.on('error', () => {})
  onTestFinished(() => socket.terminate())
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  const opened = new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true))
    socket.once('close', () => resolve(false))
  })
  return { socket, frames, closed, opened }
}
