import { type ChildProcess, spawn } from 'node:child_process'
import type { SetupCodes } from '@openclaw/device-pairing'
import { openPairing } from '@openclaw/pairing/node'
import { encodeSetupCode, type SetupPayload } from '@openclaw/pairing-protocol'
import type { Home, Json } from './cli.ts'

const OWNER = { kind: 'library', name: 'test' } as const

/** Works with the setup codes of a home, beside its gateway. */
async function withSetup<R>(home: Home, work: (codes: SetupCodes) => Promise<R>): Promise<R> {
  const pairing = await openPairing({ env: home.env })
  try {
    return await work(pairing.devices().pairing.setup)
  } finally {
    await pairing.close()
  }
}

/** A setup code of the gateway of a home, as an owner would hand it on. */
export async function setupCode(
  home: Home,
  payload: Omit<SetupPayload, 'bootstrapToken' | 'token'>,
): Promise<{ readonly code: string; readonly secret: string; readonly setupId: string }> {
  const made = await withSetup(home, (codes) => codes.create(OWNER))
  if (made.outcome !== 'created') throw new Error(`no code: ${made.outcome}`)
  const { secret, setup } = made
  const code = encodeSetupCode({
    ...payload,
    ...{ bootstrapToken: secret, expiresAtMs: setup.expiresAt },
  })
  return { code, secret, setupId: setup.setupId }
}

/** Takes a setup code back. */
export async function withdraw(home: Home, setupId: string): Promise<void> {
  const { outcome } = await withSetup(home, (codes) => codes.withdraw(OWNER, setupId))
  if (outcome !== 'withdrawn') throw new Error(`not withdrawn: ${outcome}`)
}

/** `node join --json`, as it runs. */
export interface JoinRun {
  readonly child: ChildProcess
  /** The next object of this kind; rejects when it ends before, or takes 20 s. */
  readonly says: (event: string) => Promise<Json>
  /** Everything it printed so far, on both streams. */
  readonly output: () => string
  readonly exit: Promise<number | null>
}

const joins = new Set<JoinRun>()

/** Runs `node join --json` in a home of its own. */
export function joinRun(home: Home, args: readonly string[], input?: string): JoinRun {
  const line = [home.main, 'node', 'join', '--json', ...args]
  const child = spawn(process.execPath, line, { env: { ...home.env } })
  const seen: Json[] = []
  let output = ''
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    seen.push(...lines.map((each): Json => JSON.parse(each)))
  })
  child.stderr.setEncoding('utf8').on('data', (part: string) => (output += part))
  if (input !== undefined) child.stdin.end(input)
  let isOver = false
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      isOver = true
      resolve(code)
    })
  })
  const says = async (event: string): Promise<Json> => {
    const until = Date.now() + 20_000
    for (;;) {
      const at = seen.findIndex((each) => each['event'] === event || event in each)
      const [found] = at === -1 ? [] : seen.splice(0, at + 1).slice(-1)
      if (found !== undefined) return found
      if (isOver || Date.now() > until) throw new Error(`never said ${event}:\n${output}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const run = { child, says, exit, output: () => output }
  joins.add(run)
  return run
}

/** Ends what {@link joinRun} began. */
export async function endJoins(): Promise<void> {
  for (const { child, exit } of joins) {
    child.kill('SIGKILL')
    await exit
  }
  joins.clear()
}
