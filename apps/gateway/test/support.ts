import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NodePairing, openPairing } from '@openclaw/pairing/node'
import type { Actor, ChannelName } from '@openclaw/pairing-contracts'
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
  const pairing = await openPairing({ env: place.env })
  try {
    const address = pairing.config().webchat[0]
    if (address === undefined) throw new Error('no web chat')
    const { channel, account } = address
    const outcome = await pairing.people.approve(ROOT, { channel, account, typed: code })
    return outcome.outcome
  } finally {
    await pairing.close()
  }
}

/** Waits until `check` holds; fails after `ms`. */
export async function until(check: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = performance.now() + ms
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`not within ${String(ms)} ms: ${check.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
