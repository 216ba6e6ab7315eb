import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NodePairing, openPairing } from '@openclaw/pairing/node'
import type { Actor, ChannelAddress, ChannelName, SenderId } from '@openclaw/pairing-contracts'
import { onTestFinished } from 'vitest'
import { type GatewayOptions, type RunningGateway, startGateway } from '../src/index.ts'

/** The owner at the terminal. */
export const ROOT: Actor = { kind: 'root', user: 'owner' }
export const WEBCHAT = 'webchat' as ChannelName

/** An own home and state directory, with a configuration if given. */
export function place(config?: unknown) {
  const home = mkdtempSync(join(tmpdir(), 'gateway-test-'))
  const stateDir = join(home, '.openclaw')
  const configPath = join(stateDir, 'openclaw.json')
  const configure = (value: unknown): void => {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    writeFileSync(configPath, typeof value === 'string' ? value : JSON.stringify(value))
  }
  if (config !== undefined) configure(config)
  return { home, stateDir, configPath, configure, env: { HOME: home, PATH: process.env['PATH'] } }
}

export type Place = ReturnType<typeof place>

/** A log line, decoded. */
export type Line = Readonly<Record<string, unknown>>

/** A gateway on a free port, stopped after the test. */
export async function start(
  { env }: Place,
  options: GatewayOptions = {},
): Promise<RunningGateway & { readonly lines: Line[]; readonly raw: string[] }> {
  const lines: Line[] = []
  const raw: string[] = []
  const logTo = {
    write: (line: string) => {
      raw.push(line)
      lines.push(JSON.parse(line) as Line)
    },
  }
  const gateway = await startGateway({ port: 0, logTo, env, ...options })
  onTestFinished(gateway.stop)
  return { ...gateway, lines, raw }
}

/** The owner's side on the same directory, as the command has it: another store, another lock. */
export async function owner({ env }: Place): Promise<NodePairing> {
  const pairing = await openPairing({ env })
  onTestFinished(pairing.close)
  return pairing
}

/** Approves what a code names, as `openclaw pairing approve` does, and lets go of the store. */
export async function approve(place: Place, code: string): Promise<string> {
  return withWebchat(place, async (pairing, address) => {
    const { outcome } = await pairing.people.approve(ROOT, { ...address, typed: code })
    return outcome
  })
}

async function withWebchat<R>(
  place: Place,
  work: (pairing: NodePairing, address: ChannelAddress) => Promise<R>,
): Promise<R> {
  const pairing = await openPairing({ env: place.env })
  try {
    const configured = pairing.config().webchat[0]
    if (configured === undefined) throw new Error('no web chat')
    const { channel, account } = configured
    return await work(pairing, { channel, account })
  } finally {
    await pairing.close()
  }
}

/** Rejects the only request of the web chat, beside whatever gateway runs; answers whose it was. */
export async function reject(place: Place): Promise<SenderId> {
  return withWebchat(place, async (pairing, address) => {
    const lists = await pairing.people.list(ROOT, address)
    const asked = 'outcome' in lists ? undefined : lists[0]?.requests[0]
    if (asked === undefined) throw new Error('nobody asks')
    await pairing.people.reject(ROOT, { ...address, typed: asked.requestId })
    return asked.senderId
  })
}

/** Lets a sender of the web chat in by id. */
export async function allow(place: Place, senderId: SenderId): Promise<void> {
  await withWebchat(place, (pairing, address) =>
    pairing.people.allow(ROOT, { ...address, senderId }),
  )
}

/** Waits until `check` holds; fails after `ms`. */
export async function until(check: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const end = performance.now() + ms
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`not within ${String(ms)} ms: ${check.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
